package io.fedmesh.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int PATIENCE_MS = 5_000;
    private static final int SHORT_MS = 100;

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private ServerSocket server;
    private TcpProxy proxy;

    /** A server that answers every piece of data with itself in capitals. */
    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "echo");
        thread.setDaemon(true);
        thread.start();
        proxy = TcpProxy.start();
        proxy.leadTo(server.getLocalPort());
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void dataPassesInBothDirections() throws IOException {
        try (Socket client = client()) {
            assertThat(ask(client, "one")).isEqualTo("ONE");
            assertThat(ask(client, "two")).isEqualTo("TWO");
        }
        assertThat(proxy.bites()).isZero();
    }

    @Test
    void refusingCutsWhatStandsAndWhatComes() throws IOException {
        try (Socket client = client()) {
            ask(client, "one");

            proxy.behave(TcpProxy.Mode.REFUSE);

            assertThatThrownBy(() -> ask(client, "two")).isInstanceOf(IOException.class);
        }
        try (Socket client = client()) {
            assertThatThrownBy(() -> ask(client, "three")).isInstanceOf(IOException.class);
        }
        assertThat(proxy.bites()).isEqualTo(2);
        assertThat(heard).containsExactly("one");
    }

    @Test
    void whatIsHeldArrivesWhenTheHoldEnds() throws IOException {
        try (Socket client = client()) {
            ask(client, "one");
            proxy.behave(TcpProxy.Mode.HOLD);
            write(client, "two");
            client.setSoTimeout(SHORT_MS);
            assertThatThrownBy(() -> read(client)).isInstanceOf(java.net.SocketTimeoutException.class);

            proxy.behave(TcpProxy.Mode.PASS);

            client.setSoTimeout(PATIENCE_MS);
            assertThat(read(client)).isEqualTo("TWO");
        }
        assertThat(proxy.bites()).isPositive();
    }

    @Test
    void aDeafenedClientsRequestIsDoneAndItsAnswerLost() throws IOException {
        try (Socket client = client()) {
            ask(client, "one");
            proxy.behave(TcpProxy.Mode.DEAF);
            write(client, "two");
            client.setSoTimeout(SHORT_MS);
            assertThatThrownBy(() -> read(client)).isInstanceOf(java.net.SocketTimeoutException.class);

            proxy.behave(TcpProxy.Mode.PASS);

            assertThatThrownBy(() -> ask(client, "three")).isInstanceOf(IOException.class);
        }
        assertThat(heard).containsExactly("one", "two");
    }

    @Test
    void theAnswerToOneRequestIsLostThoughItWasDone() throws IOException {
        proxy.loseResponseTo("commit", 1);
        try (Socket client = client()) {
            assertThat(ask(client, "begin")).isEqualTo("BEGIN");
            assertThatThrownBy(() -> ask(client, "now commit it")).isInstanceOf(IOException.class);
        }
        try (Socket client = client()) {
            assertThat(ask(client, "commit")).isEqualTo("COMMIT");
        }
        assertThat(heard).containsExactly("begin", "now commit it", "commit");
        assertThat(proxy.bites()).isEqualTo(1);
    }

    private Socket client() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(PATIENCE_MS);
        return client;
    }

    private static String ask(Socket client, String text) throws IOException {
        write(client, text);
        return read(client);
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    private static String read(Socket client) throws IOException {
        byte[] buffer = new byte[100];
        int length = client.getInputStream().read(buffer);
        if (length < 0) {
            throw new IOException("closed");
        }
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread thread = new Thread(() -> answer(client), "echo-client");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            byte[] buffer = new byte[100];
            int length;
            while ((length = in.read(buffer)) > 0) {
                String text = new String(buffer, 0, length, StandardCharsets.US_ASCII);
                heard.add(text);
                client.getOutputStream()
                        .write(text.toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // cut by the proxy
        }
    }
}
