package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeashTest {
    /** Says that it runs, and waits for ever. */
    static final class Waiting {
        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("runs " + String.join(",", arguments));
            new CountDownLatch(1).await();
        }
    }

    static final class Broken {
        public static void main(String[] arguments) {
            throw new IllegalStateException("broken");
        }
    }

    @Test
    void theProgramRunsUntilItsInputEnds() throws Exception {
        Process process = start(Waiting.class, "a", "b");
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("runs a,b");
            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whatTheProgramThrowsEndsItAsIfThereWereNoLeash() throws Exception {
        Process process = start(Broken.class);
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine())
                    .isEqualTo("Exception in thread \"main\" java.lang.IllegalStateException: broken");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx32m"));
        List<String> program =
                new ArrayList<>(List.of("-cp", ChildJvm.classPath(List.of(LeashTest.class.getName())), main.getName()));
        program.addAll(List.of(arguments));
        command.addAll(ChildJvm.leashed(program));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder.start();
    }
}
