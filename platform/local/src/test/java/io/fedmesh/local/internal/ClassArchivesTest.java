package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchivesTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final byte[] CLASSES = packed("java/lang/Object\n");

    @TempDir
    Path temp;

    private Path folder;
    private Path java;
    private String classPath;

    static byte[] packed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @BeforeEach
    void jars() throws IOException {
        folder = temp.resolve("archives");
        java = java("0");
        Files.createDirectory(temp.resolve("classes"));
        Files.writeString(temp.resolve("a.jar"), "a");
        Files.writeString(temp.resolve("b.jar"), "b");
        classPath = path("classes", "a.jar", "b.jar");
    }

    /** Writes the archive that it is asked for, and a line into a file of calls. */
    private Path java(String exit) throws IOException {
        Path program = Files.createTempFile(
                temp, "java", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(program, """
                #!/bin/sh
                echo call >>%s
                for option in "$@"; do
                  case "$option" in -XX:SharedArchiveFile=*) echo archive >"${option#*=}" ;; esac
                done
                exit %s
                """.formatted(temp.resolve("calls"), exit));
    }

    private long calls() throws IOException {
        Path calls = temp.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    private String path(String... names) {
        return String.join(
                File.pathSeparator,
                List.of(names).stream()
                        .map(name -> temp.resolve(name).toString())
                        .toList());
    }

    private ClassArchives archives() {
        return archives("17", NOW);
    }

    private ClassArchives archives(String jvm, Instant now) {
        return new ClassArchives(folder, java, jvm, CLASSES, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void whatWasMadeIsFoundAndNotMadeAgain() throws Exception {
        assertThat(archives().find(classPath)).isEmpty();

        Optional<Path> made = archives().make(classPath);

        assertThat(made).get().satisfies(file -> assertThat(file).hasContent("archive"));
        assertThat(archives().find(classPath)).isEqualTo(made);
        assertThat(archives().make(classPath)).isEqualTo(made);
        assertThat(calls()).isEqualTo(1);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void anotherJarAnotherOrderAndAnotherJvmHaveAnArchiveOfTheirOwn() throws Exception {
        archives().make(classPath);

        assertThat(archives().find(path("b.jar", "a.jar"))).isEmpty();
        assertThat(archives("25", NOW).find(classPath)).isEmpty();
        Files.setLastModifiedTime(temp.resolve("a.jar"), FileTime.from(NOW.minusSeconds(60)));
        assertThat(archives().find(classPath)).isEmpty();
    }

    @Test
    void foldersComeAfterTheLibrariesAndChangeNoName() throws Exception {
        Optional<Path> made = archives().make(classPath);

        assertThat(ClassArchives.librariesFirst(classPath + File.pathSeparator + path("a.jar")))
                .isEqualTo(path("a.jar", "b.jar", "classes"));
        assertThat(archives().find(path("a.jar", "b.jar"))).isEqualTo(made);
    }

    @Test
    void aClassPathWithoutALibraryHasNoArchive() throws Exception {
        assertThat(archives().make(path("classes"))).isEmpty();
        assertThat(calls()).isZero();
    }

    @Test
    void whatIsCutOffIsMadeAgain() throws Exception {
        Path made = archives().make(classPath).orElseThrow();
        Files.writeString(made, "arch");

        assertThat(archives().find(classPath)).isEmpty();
        assertThat(archives().make(classPath)).contains(made);
        assertThat(made).hasContent("archive");
    }

    @Test
    void anArchiveOutlastsABuildOfOurOwnJarsWhichComeBehindTheLibraries() throws Exception {
        Optional<Path> made = archives().make(classPath);
        Files.writeString(temp.resolve("fedmesh-own.jar"), "built");
        String withOwn = path("fedmesh-own.jar") + File.pathSeparator + classPath;

        assertThat(ClassArchives.librariesFirst(withOwn))
                .isEqualTo(path("a.jar", "b.jar", "fedmesh-own.jar", "classes"));
        assertThat(archives().find(withOwn)).isEqualTo(made);
        Files.writeString(temp.resolve("fedmesh-own.jar"), "built anew");
        assertThat(archives().make(withOwn)).isEqualTo(made);
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void makersAtTheSameTimeMakeOne() throws Exception {
        ExecutorService makers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Optional<Path>>> made = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                made.add(makers.submit(() -> archives().make(classPath)));
            }
            for (Future<Optional<Path>> one : made) {
                one.get().ifPresent(file -> assertThat(file).hasContent("archive"));
            }
        } finally {
            makers.shutdown();
        }
        assertThat(archives().find(classPath)).isPresent();
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void whatCannotBeMadeIsTriedAgainTheNextDay() throws Exception {
        java = java("1");

        assertThat(archives("17", Instant.now()).make(classPath)).isEmpty();
        assertThat(archives("17", Instant.now()).make(classPath)).isEmpty();
        assertThat(calls()).isEqualTo(1);
        assertThat(archives("17", Instant.now().plus(Duration.ofDays(1))).make(classPath))
                .isEmpty();
        assertThat(calls()).isEqualTo(2);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
        assertThat(folder).isDirectoryNotContaining("glob:**.jsa");
    }

    @Test
    void theSixThatWereUsedLastStay() throws Exception {
        List<Path> made = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            made.add(archives("" + i, NOW.plusSeconds(i)).make(classPath).orElseThrow());
        }
        for (int i = 0; i < 6; i++) {
            assertThat(archives("" + i, NOW.plusSeconds(10 + i)).find(classPath))
                    .isPresent();
        }
        assertThat(archives("0", NOW.plusSeconds(100)).find(classPath)).contains(made.get(0));

        Path last = archives("6", NOW.plusSeconds(101)).make(classPath).orElseThrow();

        assertThat(made.get(0)).exists();
        assertThat(made.get(1)).doesNotExist();
        assertThat(last).exists();
    }

    @Test
    void whereNothingCanBeWrittenNothingIsMade() throws Exception {
        folder = Files.writeString(temp.resolve("file"), "in the way").resolve("archives");

        assertThat(archives().find(classPath)).isEmpty();
        assertThat(archives().make(classPath)).isEmpty();
        assertThat(calls()).isZero();
    }
}
