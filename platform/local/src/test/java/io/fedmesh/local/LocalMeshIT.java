package io.fedmesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.local.internal.Listeners;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** One mesh, started once: what its parts allow and refuse. */
class LocalMeshIT {
    @TempDir
    static Path temp;

    private static Path home;
    private static LocalMesh mesh;

    @BeforeAll
    static void start() {
        home = temp.resolve("home");
        mesh = LocalMesh.start(home, LocalMesh.Progress.SILENT);
    }

    @AfterAll
    static void stop() {
        mesh.close();
    }

    @Test
    void everyPartIsHealthyAndTellsItsAddress() {
        assertThat(mesh.status()).extracting(PartStatus::part).containsExactly("postgres", "kafka", "registry", "s3");
        assertThat(mesh.status()).allSatisfy(status -> {
            assertThat(status.healthy()).isTrue();
            assertThat(status.address()).contains("127.0.0.1:");
            assertThat(ProcessHandle.of(status.pid())).isPresent();
        });
    }

    @Test
    void aHomeRunsAPartOnce() {
        assertThatThrownBy(() -> LocalPostgres.start(home))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("[local] postgres must not run yet in " + real(home)
                        + " but was started by another process or twice by this one");
    }

    @Test
    void postgresWritesALogicalLogAndKnowsItsRoles() throws SQLException {
        mesh.postgres().createDatabase("depot");
        mesh.postgres().createDatabase("depot");
        mesh.postgres().createReplicationRole("reader", "first");
        mesh.postgres().createReplicationRole("reader", "it's \"second\"");
        try (Connection connection =
                        DriverManager.getConnection(mesh.postgres().jdbcUrl("depot"), "reader", "it's \"second\"");
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("select current_setting('wal_level'), rolreplication, rolsuper from pg_roles"
                                + " where rolname = current_user")) {
            assertThat(row.next()).isTrue();
            assertThat(List.of(row.getString(1), row.getBoolean(2), row.getBoolean(3)))
                    .isEqualTo(List.of("logical", true, false));
        }
    }

    @Test
    void postgresRefusesAWrongPassword() {
        assertThatThrownBy(() -> DriverManager.getConnection(mesh.postgres().jdbcUrl("postgres"), "postgres", "wrong"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void kafkaRefusesAWrongPassword() {
        Map<String, Object> properties = properties(mesh.kafka().operator());
        properties.computeIfPresent(
                "sasl.jaas.config",
                (key, value) -> value.toString().replaceFirst("password=\"[^\"]+\"", "password=\"x\""));
        try (Admin admin = Admin.create(properties)) {
            assertThatThrownBy(() -> admin.describeCluster().nodes().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void kafkaRefusesAPlainConnection() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port(mesh.kafka().bootstrap()))) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {0, 0, 0, 12, 0, 18, 0, 0, 0, 0, 0, 1, 0, 2, 'm', 'e'}); // ApiVersions, v0
            out.flush();
            byte[] answer = socket.getInputStream().readNBytes(64);
            assertThat(answer.length).as("a TLS alert at most").isLessThanOrEqualTo(7);
        }
    }

    @Test
    void kafkaSpeaksTls13Alone() throws Exception {
        assertThatThrownBy(() -> handshake("TLSv1.2", port(mesh.kafka().bootstrap())))
                .isInstanceOf(SSLException.class);
        assertThat(handshake("TLSv1.3", port(mesh.kafka().bootstrap()))).isEqualTo("TLSv1.3");
    }

    @Test
    void listenersBetweenBrokerAndControllerWantACertificate() throws IOException {
        for (String listener : List.of("kafka.broker", "kafka.controller")) {
            int port = Integer.parseInt(Files.readString(home.resolve("ports").resolve(listener)));
            assertThatThrownBy(() -> handshake("TLSv1.3", port)).as(listener).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatNoAclAllowsIsDenied() throws Exception {
        mesh.kafka().addPrincipal("depot.cdc");
        mesh.kafka().addPrincipal("depot.cdc");
        try (Admin admin = Admin.create(properties(mesh.kafka().operator()))) {
            admin.createTopics(List.of(new NewTopic("depot.public.crate.state.v1", 1, (short) 1)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties("depot.cdc"), new StringSerializer(), new StringSerializer())) {
            Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("depot.public.crate.state.v1", "k", "v"));
            assertThatThrownBy(() -> sent.get(20, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        }
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                properties(mesh.kafka().operator()), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("depot.public.crate.state.v1", "k", "v"))
                    .get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void theRegistryRefusesASchemaThatIsNotBackwardCompatible() throws Exception {
        assertThat(RegistryCalls.register(mesh.registry().url(), "crate-value", "id")
                        .statusCode())
                .isEqualTo(200);
        assertThat(RegistryCalls.register(mesh.registry().url(), "crate-value", "other")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void s3RefusesWhoDoesNotSign() throws Exception {
        try (var client = S3Clients.of(mesh.s3(), mesh.s3().secretKey())) {
            client.putObject(r -> r.bucket("mesh").key("key"), RequestBody.fromString("value"));
        }
        for (String path : List.of("/", "/mesh", "/mesh/key")) {
            HttpResponse<Void> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(mesh.s3().endpoint() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
        }
        try (var client = S3Clients.of(mesh.s3(), "wrong")) {
            assertThatThrownBy(() -> client.listObjectsV2(r -> r.bucket("mesh")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void s3KeepsObjectsLargerThanAPart() {
        byte[] content = new byte[40 << 20];
        Arrays.fill(content, (byte) 7);
        try (var client = S3Clients.of(mesh.s3(), mesh.s3().secretKey())) {
            client.putObject(r -> r.bucket(mesh.s3().bucket()).key("a/b"), RequestBody.fromBytes(content));
            assertThat(client.getObjectAsBytes(r -> r.bucket(mesh.s3().bucket()).key("a/b"))
                            .asByteArrayUnsafe())
                    .isEqualTo(content);
        }
        assertThat(mesh.s3().bucketFolder().resolve("a/b")).hasSize(40 << 20);
    }

    @Test
    void everyFileIsItsOwnersAlone() throws IOException {
        Set<PosixFilePermission> others = EnumSet.complementOf(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        Set<String> open = new TreeSet<>();
        try (Stream<Path> paths = Files.walk(home)) {
            // In tmp the parts choose for themselves; the home above it is the owner's alone.
            for (Path path : paths.filter(p -> !Files.isSymbolicLink(p) && !p.startsWith(home.resolve("tmp")))
                    .toList()) {
                try {
                    if (Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).stream()
                            .anyMatch(others::contains)) {
                        open.add(home.relativize(path).toString());
                    }
                } catch (java.nio.file.NoSuchFileException e) {
                    continue; // a part's temporary file
                }
            }
        }
        assertThat(open).isEmpty();
        assertThat(Files.getPosixFilePermissions(
                        mesh.kafka().passwordFile(mesh.kafka().operator())))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    void nothingListensBeyondLoopback() {
        Set<Long> sockets = new TreeSet<>();
        for (PartStatus status : mesh.status()) {
            ProcessHandle process = ProcessHandle.of(status.pid()).orElseThrow();
            Stream.concat(Stream.of(process), process.descendants())
                    .forEach(handle -> sockets.addAll(Listeners.inodes(handle.pid())));
        }
        List<Listeners.Listener> ours = Listeners.all().stream()
                .filter(listener -> sockets.contains(listener.inode()))
                .toList();
        assertThat(ours).allMatch(Listeners.Listener::isLoopback);
        if (Files.exists(Path.of("/proc/net/tcp"))) {
            assertThat(ours).hasSizeGreaterThanOrEqualTo(6); // postgres, three of kafka, the registry, s3
        }
    }

    @Test
    void noPasswordIsInALogOrACommandLine() throws IOException {
        StringBuilder told = new StringBuilder();
        try (Stream<Path> logs = Files.list(home.resolve("log"))) {
            for (Path log : logs.toList()) {
                told.append(Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        mesh.status()
                .forEach(status -> ProcessHandle.of(status.pid())
                        .flatMap(handle -> handle.info().commandLine())
                        .ifPresent(told::append));
        try (Stream<Path> secrets = Files.list(home.resolve("secrets"))) {
            for (Path secret : secrets.toList()) {
                assertThat(told.indexOf(Files.readString(secret)))
                        .as(secret.toString())
                        .isNegative();
            }
        }
    }

    private static String handshake(String protocol, int port) throws Exception {
        KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
        trust.load(null, null);
        try (var in = Files.newInputStream(mesh.kafka().trustFile())) {
            trust.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trustManagers.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            // In TLS 1.3 the server's refusal of a client without certificate comes after the client's handshake.
            socket.getOutputStream().write(new byte[] {0, 0, 0, 12, 0, 18, 0, 0, 0, 0, 0, 1, 0, 2, 'm', 'e'});
            socket.getOutputStream().flush();
            assertThat(socket.getInputStream().read()).isNotNegative();
            return socket.getSession().getProtocol();
        }
    }

    private static Map<String, Object> properties(String principal) {
        Map<String, Object> properties = new HashMap<>(mesh.kafka().security(principal));
        properties.put("bootstrap.servers", mesh.kafka().bootstrap());
        return properties;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
