package io.fedmesh.testkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to processes of this machine that Java has no method for. */
public final class Signals {
    private Signals() {}

    /** SIGSTOP: the process stands still and does not know it. */
    public static boolean stop(long pid) {
        return send("STOP", pid);
    }

    /** SIGCONT: it goes on. */
    public static boolean proceed(long pid) {
        return send("CONT", pid);
    }

    /** @return whether the process was there to be told */
    private static boolean send(String signal, long pid) {
        try {
            return new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("[signals] 'kill' must be on the PATH but was not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
