package io.fedmesh.bench.internal.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A fresh JVM with this one's class path, so that what it needs is apart from everything else. It speaks to its parent by
 * {@link Child#tell} and ends at the latest when the parent does. Its other output goes to a file. For one thread.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration STOP_TIME = Duration.ofSeconds(30);
    private static final String END = "\0end";

    private final String name;
    private final Process process;
    private final Path log;
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private ChildJvm(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param name of its log
     * @param folder where its log goes and which it may use for temporary files
     * @param options of the JVM: heap, collector, properties
     * @param main its main class, whose first act is {@link Child#leash}
     */
    public static ChildJvm start(
            String name, Path folder, List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", "-Xshare:auto"));
        command.addAll(List.of("-Duser.timezone=UTC", "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true"));
        command.add("-Djava.io.tmpdir=" + folder);
        for (String limit : List.of("bytes.maxLength", "string.maxLength", "collectionItems.maxLength")) {
            String property = "org.apache.avro.limits." + limit;
            command.add("-D" + property + "=" + System.getProperty(property, "33554432"));
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Path log = folder.resolve(name + ".log");
        try {
            Files.createDirectories(folder);
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            ChildJvm child = new ChildJvm(name, process, log);
            Thread reader = new Thread(() -> child.read(log), "output-" + name);
            reader.setDaemon(true);
            reader.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("[bench] the child " + name + " must start but did not", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public ProcessMeter meter() {
        return ProcessMeter.of(pid());
    }

    /**
     * The next line that it tells.
     *
     * @throws IllegalStateException when it ends or keeps silent; the message ends with the last lines of its log
     */
    public String await(Duration patience) {
        try {
            String line = told.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw failed("must answer within " + patience + " but did not");
            }
            if (line.equals(END)) {
                throw failed("must answer but ended with " + process.waitFor());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("must be waited for but the wait was interrupted");
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** An exception that says this of the child and ends with the last lines of its log. */
    public IllegalStateException failed(String what) {
        String end = "";
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            end = String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            end = log.toString();
        }
        return new IllegalStateException("[bench] the child " + name + " " + what + "\n" + end);
    }

    /** Kills it as {@code kill -9} does, and waits. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets go of the leash and waits; kills what does not end. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read(Path to) {
        try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                var out = Files.newBufferedWriter(
                        to,
                        StandardCharsets.UTF_8,
                        java.nio.file.StandardOpenOption.CREATE,
                        java.nio.file.StandardOpenOption.APPEND)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(Child.PREFIX)) {
                    told.add(line.substring(Child.PREFIX.length()));
                } else {
                    out.write(line);
                    out.newLine();
                    out.flush();
                }
            }
        } catch (IOException e) {
            // The child is gone; who waits for it is told.
        } finally {
            told.add(END);
        }
    }
}
