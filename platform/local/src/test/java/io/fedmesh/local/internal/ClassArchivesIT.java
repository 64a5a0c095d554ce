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
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
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
        return run(jar, options, "no.Program");
    }

    private static End run(Path jar, List<String> options, String program) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", jar.toString(), Leash.class.getName(), program));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new End(process.waitFor(), out);
    }

    private static End with(Path archive, Path jar, String... more) throws Exception {
        List<String> options = new ArrayList<>(JvmStart.useHere(archive));
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

        Path archive = made(jar, CLASS + "\nio/fedmesh/Absent\n");

        assertThat(with(archive, jar, "-Xlog:class+load").out())
                .contains(Leash.class.getName() + " source: shared objects file");
        assertThat(with(archive, jar)).isEqualTo(usual);
        assertThat(with(temp.resolve("absent.jsa"), jar)).as("absent").isEqualTo(usual);
        assertThat(with(other, jar)).as("no archive").isEqualTo(usual);
        assertThat(with(archive, other)).as("another class path").isEqualTo(usual);
        Files.write(jar, new byte[1], StandardOpenOption.APPEND);
        assertThat(with(archive, jar)).as("another jar").isEqualTo(usual);
    }

    /** JDK 17 looks for the bytes of an archived class in the jar's root, and crashes where there are none. */
    @Test
    void aRecorderMayAskForTheBytesOfEveryArchivedClass() throws Exception {
        Path jar = temp.resolve("versions.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        String versioned = PlainTask.class.getName().replace('.', '/');
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            put(out, "", CLASS);
            put(out, "META-INF/versions/11/", versioned);
        }
        Path archive = made(jar, CLASS + "\n" + versioned + "\n");
        List<String> options = new ArrayList<>(JvmStart.useHere(archive));
        options.addAll(List.of("-XX:StartFlightRecording=filename=" + temp.resolve("end.jfr"), "-Xlog:class+load"));

        End end = run(jar, options, PlainTask.class.getName());

        assertThat(end.exit()).as(end.out()).isZero();
        assertThat(end.out())
                .contains(Leash.class.getName() + " source: shared objects file")
                .contains(PlainTask.SAID);
    }

    /** A program that comes to its end. */
    static final class PlainTask {
        static final String SAID = "the plain task was run";

        private PlainTask() {}

        public static void main(String[] arguments) {
            System.out.println(SAID);
        }
    }

    private Path made(Path jar, String classes) {
        return new ClassArchives(
                        temp.resolve("archives"), JAVA, "this", ClassArchivesTest.packed(classes), Clock.systemUTC())
                .make(jar.toString())
                .orElseThrow();
    }

    private Path jar(String name) throws IOException {
        Path jar = temp.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            put(out, "", CLASS);
        }
        return jar;
    }

    private static void put(JarOutputStream out, String folder, String name) throws IOException {
        try (InputStream in = ClassArchivesIT.class.getResourceAsStream("/" + name + ".class")) {
            out.putNextEntry(new ZipEntry(folder + name + ".class"));
            in.transferTo(out);
        }
    }
}
