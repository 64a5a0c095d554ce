package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.InputStream;

/**
 * Runs in every child JVM before its main class: halts the JVM when standard input ends. The write end of that pipe is held by the parent alone, so
 * the kernel closes it however the parent dies, {@code kill -9} included. Loaded from a jar that {@link ChildJvm} writes.
 */
public final class Leash {
    private Leash() {}

    /** Called by the JVM before the part's main method. */
    public static void premain(String arguments) {
        Thread thread = new Thread(Leash::haltAtEnd, "leash");
        thread.setDaemon(true);
        thread.start();
    }

    private static void haltAtEnd() {
        InputStream in = System.in;
        try {
            while (in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            System.err.println("[leash] standard input must stay readable but was " + e.getMessage());
        }
        Runtime.getRuntime().halt(143);
    }
}
