package io.fedmesh.bench.internal.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What a {@link ChildJvm}'s main class uses: the leash to its parent and its voice. */
public final class Child {
    static final String PREFIX = "\u0001bench ";

    private static final long ORDERLY_END_MS = 15_000;

    private Child() {}

    /** From now on this JVM halts when its standard input ends: its parent has let go or is gone. */
    public static void leash() {
        Thread leash = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is said on it.
                        }
                    } catch (IOException e) {
                        // As good as its end.
                    }
                    end();
                },
                "leash");
        leash.setDaemon(true);
        leash.start();
    }

    /** In order, so that a flight recording is written; by force when that takes too long. */
    private static void end() {
        Thread force = new Thread(() -> {
            try {
                Thread.sleep(ORDERLY_END_MS);
            } catch (InterruptedException e) {
                // as good as the end of the wait
            }
            Runtime.getRuntime().halt(0);
        });
        force.setDaemon(true);
        force.start();
        System.exit(0);
    }

    /** Tells the parent one line. */
    public static void tell(String line) {
        System.out.println(PREFIX + line);
        System.out.flush();
    }

    /** Processor time of this JVM until now: all threads, user and system. */
    public static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }
}
