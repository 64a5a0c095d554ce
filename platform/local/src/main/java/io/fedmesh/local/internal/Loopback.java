package io.fedmesh.local.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Questions about ports of this machine. */
public final class Loopback {
    private static final int TIMEOUT_MS = 500;

    private Loopback() {}

    /** Whether something listens on that loopback port. */
    public static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
