package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real JVM makes an archive and starts with it. The program is a leash for no program: it fails at once. */
class ClassArchivesIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String CLASS = Leash.class.getName().replace('.', '/');

    @TempDir
    Path temp;

    private record End(int exit, String out) {}

    private static End run(Path jar, List<String> options) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", jar.toString(), Leash.class.getName(), "no.Program"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new End(process.waitFor(), out);
    }

    private static End with(Path archive, Path jar, String... more) throws Exception {
        List<String> options = new ArrayList<>(JvmStart.use(archive));
        options.addAll(List.of(more));
        return run(jar, options);
    }

    @Test
    void aJvmMapsWhatWasMadeAndStartsWithoutAWordWhereItCannot() throws Exception {
        Path jar = jar("leash.jar");
        Path other = jar("other.jar");
        End usual = run(jar, List.of());
        assertThat(usual.exit()).isEqualTo(1);
        assertThat(usual.out()).contains("no.Program");

        Path archive = new ClassArchives(
                        temp.resolve("archives"),
                        JAVA,
                        "this",
                        ClassArchivesTest.packed(CLASS + "\nio/fedmesh/Absent\n"),
                        Clock.systemUTC())
                .make(jar.toString())
                .orElseThrow();

        assertThat(with(archive, jar, "-Xlog:class+load").out())
                .contains(Leash.class.getName() + " source: shared objects file");
        assertThat(with(archive, jar)).isEqualTo(usual);
        assertThat(with(temp.resolve("absent.jsa"), jar)).as("absent").isEqualTo(usual);
        assertThat(with(other, jar)).as("no archive").isEqualTo(usual);
        assertThat(with(archive, other)).as("another class path").isEqualTo(usual);
        Files.write(jar, new byte[1], StandardOpenOption.APPEND);
        assertThat(with(archive, jar)).as("another jar").isEqualTo(usual);
    }

    private Path jar(String name) throws IOException {
        Path jar = temp.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream in = Leash.class.getResourceAsStream("/" + CLASS + ".class")) {
            out.putNextEntry(new ZipEntry(CLASS + ".class"));
            in.transferTo(out);
        }
        return jar;
    }
}
