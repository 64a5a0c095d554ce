package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
    private static final String LEASH_CLASSES = ChildJvm.classPath(List.of(Leash.class.getName()));

    @TempDir
    Path temp;

    @Test
    void aMainClassRunsBehindTheLeashWhoseClassesComeLast() {
        assertThat(ChildJvm.leashed(List.of("-cp", "x.jar", "depot.Main", "run", "--now")))
                .containsExactly(
                        "-cp",
                        ClassArchives.librariesFirst("x.jar" + File.pathSeparator + LEASH_CLASSES),
                        Leash.class.getName(),
                        "depot.Main",
                        "run",
                        "--now");
    }

    @Test
    void aJarRunsByTheMainClassOfItsManifest() throws Exception {
        Path jar = jar("depot.Main");

        assertThat(ChildJvm.leashed(List.of("-jar", jar.toString(), "--properties", "p")))
                .containsExactly(
                        "-cp",
                        jar + File.pathSeparator + LEASH_CLASSES,
                        Leash.class.getName(),
                        "depot.Main",
                        "--properties",
                        "p");
    }

    @Test
    void aJarWithoutAMainClassIsRefused() throws Exception {
        Path jar = jar(null);

        assertThatThrownBy(() -> ChildJvm.leashed(List.of("-jar", jar.toString())))
                .hasMessage("[" + jar + "] the manifest must name a main class but did not");
    }

    private Path jar(@Nullable String mainClass) throws IOException {
        Path jar = temp.resolve("part.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (mainClass != null) {
            manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        }
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }
}
