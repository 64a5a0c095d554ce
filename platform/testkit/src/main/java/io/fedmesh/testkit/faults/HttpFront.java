package io.fedmesh.testkit.faults;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Stands before an HTTP/1.1 server of this machine and fails by rule. Requests go on byte by byte, so that signatures over
 * headers hold. Thread-safe.
 */
public final class HttpFront implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 256 << 20;

    private final ServerSocket listener;
    private final int upstreamPort;
    private final List<HttpRule> rules = new CopyOnWriteArrayList<>();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private HttpFront(ServerSocket listener, int upstreamPort) {
        this.listener = listener;
        this.upstreamPort = upstreamPort;
    }

    /** Starts it on any port. */
    public static HttpFront start(int upstreamPort) {
        try {
            HttpFront front = new HttpFront(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), upstreamPort);
            thread("front-" + front.port(), front::accept);
            return front;
        } catch (IOException e) {
            throw new UncheckedIOException("[front] a loopback port must be free but was not", e);
        }
    }

    /** Where it listens on 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on requests are tried on this rule too; the first that takes a request has it. */
    public void add(HttpRule rule) {
        rules.add(rule);
    }

    /** The rule does nothing any more. */
    public void remove(HttpRule rule) {
        rules.remove(rule);
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        clients.forEach(HttpFront::cut);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                clients.add(client);
                thread("front-client", () -> serve(client));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Requests of one connection, one after another. */
    private void serve(Socket client) {
        try (client;
                Socket server = new Socket()) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            HttpMessage request;
            while ((request = HttpMessage.readRequest(in, out, MAX_BODY_BYTES)) != null) {
                if (!exchange(request, client, out, server)) {
                    return;
                }
            }
        } catch (IOException e) {
            cut(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cut(client);
        } finally {
            clients.remove(client);
        }
    }

    /** Answers one request; false when the connection is at its end. */
    private boolean exchange(HttpMessage request, Socket client, OutputStream out, Socket server)
            throws IOException, InterruptedException {
        HttpRule rule = rules.stream()
                .filter(r -> r.takes(request.request()))
                .findFirst()
                .orElse(null);
        if (rule == null) {
            HttpMessage response = forward(request, server);
            response.writeTo(out);
            return request.isKept() && response.isKept();
        }
        switch (rule.action()) {
            case ANSWER -> answer(rule, request, out);
            case APPLY_AND_ANSWER -> {
                forward(request, server);
                answer(rule, request, out);
            }
            case APPLY_AND_LOSE -> {
                forward(request, server);
                cut(client);
                return false;
            }
            case CUT_REQUEST -> {
                connect(server);
                request.writeHalfTo(server.getOutputStream());
                cut(server);
                cut(client);
                return false;
            }
            case CUT_RESPONSE -> {
                forward(request, server).writeHalfTo(out);
                cut(client);
                return false;
            }
            case SLOW -> {
                TimeUnit.MILLISECONDS.sleep(rule.delayMs());
                forward(request, server).writeTo(out);
            }
        }
        return request.isKept();
    }

    private HttpMessage forward(HttpMessage request, Socket server) throws IOException {
        connect(server);
        request.writeTo(server.getOutputStream());
        return HttpMessage.readResponse(server.getInputStream(), request.isHead(), MAX_BODY_BYTES);
    }

    private void connect(Socket server) throws IOException {
        if (!server.isConnected()) {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), upstreamPort));
            server.setTcpNoDelay(true);
        }
    }

    private static void answer(HttpRule rule, HttpMessage request, OutputStream out) throws IOException {
        byte[] body = request.isHead() ? new byte[0] : rule.body().getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + rule.status() + " Ordered\r\nContent-Type: "
                + (rule.body().startsWith("{") ? "application/json" : "application/xml") + "\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

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
