package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.testkit.faults.HttpFront;
import io.fedmesh.testkit.faults.HttpRule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections to an object store end at any moment, idle ones first: a file is written all the same. */
class StoreConnectionsTest {
    private static final byte[] CONTENT = new byte[1_000];

    @Test
    void aConnectionThatEndsBeforeTheStoreAsksForTheContentIsNoFailure() throws IOException {
        try (Store store = new Store(2)) {
            write(store.port());

            assertThat(store.requests).hasValue(3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"APPLY_AND_LOSE", "CUT_REQUEST"})
    void norIsOneThatEndsLater(HttpRule.Action action) throws IOException {
        HttpRule rule = HttpRule.cut(action, "PUT .*", 1);
        try (Store store = new Store(0);
                HttpFront front = HttpFront.start(store.port())) {
            front.add(rule);

            write(front.port());

            assertThat(rule.bites()).isEqualTo(1);
            assertThat(store.requests).hasValue(2);
        }
    }

    private static void write(int port) throws IOException {
        Map<String, String> properties = Map.of(
                "s3.endpoint",
                "http://127.0.0.1:" + port,
                "s3.path-style-access",
                "true",
                "s3.access-key-id",
                "id",
                "s3.secret-access-key",
                "secret",
                "client.region",
                "us-gov-west-1");
        try (FileIO files = CatalogUtil.loadFileIO(EncryptedCatalog.FILE_IO, properties, null)) {
            try (OutputStream out = files.newOutputFile("s3://bucket/file").createOrOverwrite()) {
                out.write(CONTENT);
            }
        }
    }

    /** Takes one request a connection; of the first ones the head alone. */
    private static final class Store implements AutoCloseable {
        private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
        private static final String DONE =
                "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

        final AtomicInteger requests = new AtomicInteger();

        private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        private final int cut;

        private Store(int cut) throws IOException {
            this.cut = cut;
            Thread thread = new Thread(this::serve, "store");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept()) {
                    answer(client);
                } catch (IOException e) {
                    // closed by the test, or a client that went away: the count of requests tells
                }
            }
        }

        private void answer(Socket client) throws IOException {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String first = in.readLine();
            int length = 0;
            for (String header = first; header != null && !header.isEmpty(); header = in.readLine()) {
                if (header.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            header.substring(header.indexOf(':') + 1).strip());
                }
            }
            if (first == null || requests.incrementAndGet() <= cut) {
                return;
            }
            client.getOutputStream().write(CONTINUE.getBytes(StandardCharsets.ISO_8859_1));
            for (int left = length; left > 0; left--) {
                if (in.read() < 0) {
                    return;
                }
            }
            client.getOutputStream().write(DONE.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void close() {
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
