package io.fedmesh.bench.internal.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What a {@link ChildJvm}'s main class uses: the leash to its parent and its voice. */
public final class Child {
    static final String PREFIX = "\u0001bench ";

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
                    Runtime.getRuntime().halt(0);
                },
                "leash");
        leash.setDaemon(true);
        leash.start();
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
