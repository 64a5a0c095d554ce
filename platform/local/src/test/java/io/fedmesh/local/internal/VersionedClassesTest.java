package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionedClassesTest {
    @TempDir
    Path temp;

    @Test
    void aListLosesWhatAJarHasInVersionsAndItsLambdas() throws Exception {
        Path jar = temp.resolve("a.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String name :
                    List.of("depot/Crate.class", "META-INF/versions/11/depot/Crate$Lid.class", "x/11/Y.class")) {
                out.putNextEntry(new ZipEntry(name));
            }
        }
        Path none = Files.writeString(temp.resolve("none.jar"), "not a jar");

        assertThat(VersionedClasses.in(List.of(none, jar))
                        .without(List.of(
                                "depot/Crate",
                                "depot/Crate$Lid",
                                "@lambda-proxy depot/Crate$Lid run ()Ljava/lang/Runnable;",
                                "@lambda-proxy depot/Crate run (Ldepot/Crate$Lid;)Ljava/lang/Runnable;",
                                "@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.Invokers$Holder invoke",
                                "Y")))
                .containsExactly(
                        "depot/Crate",
                        "@lambda-proxy depot/Crate run (Ldepot/Crate$Lid;)Ljava/lang/Runnable;",
                        "@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.Invokers$Holder invoke",
                        "Y");
    }
}
