package io.fedmesh.app.internal.cli;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Progress on standard error. Before a person the same lines are drawn anew in place; otherwise a plain line is printed
 * now and then.
 */
final class LiveView {
    private static final long PLAIN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int BAR_WIDTH = 30;

    private final Console console;
    private int drawn;
    private long plainNanos = System.nanoTime() - PLAIN_EVERY_NANOS;

    LiveView(Console console) {
        this.console = console;
    }

    /**
     * Shows where things stand.
     *
     * @param lines for a person
     * @param plain the same in one line
     */
    void show(List<String> lines, String plain) {
        if (console.terminal()) {
            StringBuilder text = new StringBuilder(up());
            for (String line : lines) {
                text.append("\r\u001b[2K").append(line).append('\n');
            }
            console.err().print(text.append("\u001b[J"));
            console.err().flush();
            drawn = lines.size();
        } else if (System.nanoTime() - plainNanos >= PLAIN_EVERY_NANOS) {
            plainNanos = System.nanoTime();
            console.note(plain);
        }
    }

    /** Removes what was drawn. */
    void clear() {
        if (console.terminal() && drawn > 0) {
            console.err().print(up() + "\r\u001b[J");
            console.err().flush();
            drawn = 0;
        }
    }

    /** A bar of fixed width. */
    static String bar(long done, long target) {
        int filled = target <= 0 ? 0 : (int) Math.min(BAR_WIDTH, done * BAR_WIDTH / target);
        return "[" + "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled) + "]";
    }

    private String up() {
        return drawn == 0 ? "" : "\u001b[" + drawn + "A";
    }
}
