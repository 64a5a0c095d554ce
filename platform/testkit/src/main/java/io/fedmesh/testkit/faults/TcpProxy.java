package io.fedmesh.testkit.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Passes TCP connections of this machine on to another port of it, and misbehaves on command: the network that a client
 * must live with. It knows no protocol. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /** How the network behaves. */
    public enum Mode {
        /** Well. */
        PASS,
        /** New connections are closed at once; those that stand are cut by a reset. */
        REFUSE,
        /** Nothing passes in either direction; what was sent arrives when the mode ends. */
        HOLD,
        /** Requests pass, responses are lost, and the connection is reset when the mode ends. */
        DEAF,
        /** Every piece of data takes a moment longer. */
        DELAY,
        /** Data trickles. */
        THROTTLE
    }

    /**
     * Data of a client after which the response is lost though the server got all of it.
     *
     * @param text ASCII that the client's data holds
     */
    private record Trigger(byte[] text, AtomicLong left) {}

    private static final long DELAY_MS = 150;
    private static final int THROTTLED_PIECE_BYTES = 4 << 10;
    private static final long THROTTLED_PAUSE_MS = 15;

    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong bites = new AtomicLong();
    private final AtomicLong answeredBytes = new AtomicLong();
    private final Object change = new Object();
    private volatile Mode mode = Mode.PASS;
    private volatile @Nullable Trigger trigger;
    private volatile int upstreamPort;
    private volatile boolean closed;

    private TcpProxy(ServerSocket listener) {
        this.listener = listener;
    }

    /** Starts it on any port; until {@link #leadTo} says where to, connections are closed at once. */
    public static TcpProxy start() {
        try {
            TcpProxy proxy = new TcpProxy(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
            thread("proxy-" + proxy.port(), proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("[proxy] a loopback port must be free but was not", e);
        }
    }

    /** Where connections go from now on; nothing needs to listen there yet. */
    public void leadTo(int port) {
        upstreamPort = port;
    }

    /** Where it listens on 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Behaves like this from now on. {@link Mode#REFUSE} cuts what stands; leaving {@link Mode#DEAF} cuts what it deafened. */
    public void behave(Mode next) {
        synchronized (change) {
            mode = next;
            change.notifyAll();
        }
        if (next == Mode.REFUSE) {
            reset();
        }
        links.stream().filter(link -> link.lost && next != Mode.DEAF).forEach(Link::cut);
    }

    /** Cuts every connection by a reset. */
    public void reset() {
        for (Link link : links) {
            bites.incrementAndGet();
            link.cut();
        }
    }

    /**
     * Loses the response to a request though the server gets it, and cuts the connection.
     *
     * @param text ASCII that the request holds, in one piece of at most 64 KiB
     * @param times how many such requests; 0 forgets the trigger
     */
    public void loseResponseTo(String text, int times) {
        trigger = times == 0 ? null : new Trigger(text.getBytes(StandardCharsets.US_ASCII), new AtomicLong(times));
    }

    /** How often it has misbehaved: connections cut or refused, pieces of data held, lost or slowed. */
    public long bites() {
        return bites.get();
    }

    /** How many bytes clients were answered until now. */
    public long answeredBytes() {
        return answeredBytes.get();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        behave(Mode.PASS);
        links.forEach(Link::cut);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                if (mode == Mode.REFUSE) {
                    bites.incrementAndGet();
                    cut(client);
                } else {
                    thread("proxy-open", () -> open(client));
                }
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void open(Socket client) {
        Socket server = new Socket();
        try {
            server.connect(
                    new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), upstreamPort), CONNECT_TIMEOUT_MS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            cut(client);
            return;
        }
        Link link = new Link(client, server);
        links.add(link);
        if (closed) {
            link.cut();
            return;
        }
        thread("proxy-up", () -> pump(link, client, server, true));
        thread("proxy-down", () -> pump(link, server, client, false));
    }

    private void pump(Link link, Socket from, Socket to, boolean isRequest) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            int length;
            while ((length = in.read(buffer)) >= 0) {
                pass(link, out, buffer, length, isRequest);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            link.cut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            link.cut();
        }
    }

    private void pass(Link link, OutputStream out, byte[] buffer, int length, boolean isRequest)
            throws IOException, InterruptedException {
        answeredBytes.addAndGet(isRequest ? 0 : length);
        awaitEndOfHold();
        switch (mode) {
            case DELAY -> {
                bites.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(DELAY_MS);
            }
            case THROTTLE -> {
                trickle(out, buffer, length);
                return;
            }
            case DEAF -> link.lost |= !isRequest;
            case PASS, REFUSE, HOLD -> {}
        }
        Trigger armed = trigger;
        if (isRequest
                && armed != null
                && holds(buffer, length, armed.text())
                && armed.left().getAndDecrement() > 0) {
            link.lost = true; // before the request leaves: the response may be quick
        }
        if (isRequest || !link.lost) {
            out.write(buffer, 0, length);
            out.flush();
        } else {
            bites.incrementAndGet();
            if (mode != Mode.DEAF) {
                link.cut();
            }
        }
    }

    private void awaitEndOfHold() throws InterruptedException {
        if (mode == Mode.HOLD) {
            bites.incrementAndGet();
            synchronized (change) {
                while (mode == Mode.HOLD) {
                    change.wait();
                }
            }
        }
    }

    private void trickle(OutputStream out, byte[] buffer, int length) throws IOException, InterruptedException {
        bites.incrementAndGet();
        for (int at = 0; at < length; at += THROTTLED_PIECE_BYTES) {
            out.write(buffer, at, Math.min(THROTTLED_PIECE_BYTES, length - at));
            out.flush();
            if (mode == Mode.THROTTLE) {
                TimeUnit.MILLISECONDS.sleep(THROTTLED_PAUSE_MS);
            }
        }
    }

    private static boolean holds(byte[] buffer, int length, byte[] text) {
        for (int i = 0; i <= length - text.length; i++) {
            int j = 0;
            while (j < text.length && buffer[i + j] == text[j]) {
                j++;
            }
            if (j == text.length) {
                return true;
            }
        }
        return false;
    }

    /** A client's connection and ours to the server. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean lost;

        private Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void cut() {
            links.remove(this);
            TcpProxy.cut(client);
            TcpProxy.cut(server);
        }
    }

    /** A reset, not an orderly end. */
    private static void cut(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // closed already: nothing is left to cut
        }
    }

    private static void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
