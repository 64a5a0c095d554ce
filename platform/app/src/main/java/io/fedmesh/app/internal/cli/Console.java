package io.fedmesh.app.internal.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Where a command prints: answers to {@code out}, everything else to {@code err}.
 *
 * @param out answers
 * @param err progress, hints and failures
 * @param terminal whether a person watches: lines may be rewritten and coloured
 */
public record Console(PrintStream out, PrintStream err, boolean terminal) {
    private static final int OUT_BUFFER_BYTES = 64 * 1024;

    /** The console of this process. A terminal is one unless {@code NO_COLOR} is set or {@code TERM} is dumb. */
    @SuppressWarnings("SystemConsoleNull") // null up to JDK 21; from 22 on isTerminal() would be asked
    public static Console ofProcess() {
        boolean terminal = System.console() != null
                && System.getenv("NO_COLOR") == null
                && System.getenv("TERM") != null
                && !"dumb".equals(System.getenv("TERM"));
        PrintStream out = new PrintStream(
                new java.io.BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUT_BUFFER_BYTES),
                false,
                StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.setOut(out);
        System.setErr(err);
        return new Console(out, err, terminal);
    }

    /** A line of progress or a hint. */
    void note(String line) {
        err.println(line);
    }

    /** Whether the person at the terminal types yes; the end of the input is a no. */
    boolean isConfirmed(String question) {
        err.print(question + " Type yes: ");
        err.flush();
        try {
            return "yes"
                    .equals(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine());
        } catch (IOException e) {
            throw new UncheckedIOException("[standard input] must be readable but was not", e);
        }
    }

    String green(String text) {
        return paint("32", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return terminal ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
