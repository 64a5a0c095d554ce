package io.fedmesh.app.internal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs git as a child: no shell, no pager, no question, no network, for a bounded time and a bounded answer. */
final class GitProcess {
    private static final int MAX_SECONDS = 60;
    private static final int MAX_ERROR = 300;

    private final Path root;

    /** @param root the folder that git works in */
    GitProcess(Path root) {
        this.root = root;
    }

    /**
     * How it ended.
     *
     * @param error the first line of what it said of errors
     */
    record Answer(int exitCode, String text, String error) {}

    /** Reads what git says. */
    interface Reader {
        /** The answer's text, or nothing where it went elsewhere. */
        String read(InputStream in) throws IOException;
    }

    /** Runs it; more than {@code most} bytes of an answer end the command. */
    Answer run(List<String> arguments, Path input, int most) {
        return run(arguments, input, in -> {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new CommandException(
                        Cli.FAILED, "mesh: [git] its answer must have at most " + most + " bytes but had more");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        });
    }

    /** Runs it and hands its answer on. */
    Answer run(List<String> arguments, Path input, Reader reader) {
        try {
            Path error = Files.createTempFile("mesh-git", "");
            try {
                Process process = start(arguments, input, error);
                CompletableFuture.delayedExecutor(MAX_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
                try (InputStream in = process.getInputStream()) {
                    String text = reader.read(in);
                    return new Answer(process.waitFor(), text, firstLine(error));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new CommandException(Cli.FAILED, "mesh: told to end");
                } finally {
                    process.destroyForcibly();
                }
            } finally {
                Files.deleteIfExists(error);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[git] its answer must be readable but was not", e);
        }
    }

    private Process start(List<String> arguments, Path input, Path error) {
        List<String> command = new ArrayList<>(
                List.of("git", "--no-pager", "--no-replace-objects", "--literal-pathspecs", "-C", root.toString()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectInput(input.toFile()).redirectError(error.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("GIT_"));
        environment.putAll(
                Map.of("LC_ALL", "C", "GIT_TERMINAL_PROMPT", "0", "GIT_OPTIONAL_LOCKS", "0", "GIT_NO_LAZY_FETCH", "1"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CommandException(
                    Cli.FAILED, "mesh: [git] it must be installed to read a revision but could not be started");
        }
    }

    private static String firstLine(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_ERROR), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            return (end < 0 ? text : text.substring(0, end)).replaceAll("\\p{Cntrl}", "?");
        }
    }
}
