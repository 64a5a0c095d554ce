package io.fedmesh.local;

import io.fedmesh.local.internal.Certificates;
import io.fedmesh.local.internal.Child;
import io.fedmesh.local.internal.ChildJvm;
import io.fedmesh.local.internal.Home;
import io.fedmesh.local.internal.KafkaClassPath;
import io.fedmesh.local.internal.KafkaMain;
import io.fedmesh.local.internal.KafkaSettings;
import io.fedmesh.local.internal.Loopback;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker of one node in its own process, ended with this one. Clients need TLS 1.3 and SCRAM-SHA-512; what no ACL
 * allows is denied. Between broker and controller both sides prove themselves by certificate. Data survives a restart on
 * the same home. Safe for use by several threads.
 */
public final class LocalKafka implements AutoCloseable {
    private static final String PART = "kafka";
    private static final String OPERATOR = "mesh.operator";
    private static final int HEAP_MB = 512;
    /**
     * The quick compiler: the good one takes longer than it saves at the rates of one machine. For each listener Kafka puts
     * the key that it read in the open into a key store in memory: ten thousand rounds to wrap it there protect nothing.
     */
    private static final List<String> USUAL_JVM =
            List.of("-XX:TieredStopAtLevel=1", "-Dkeystore.pkcs12.keyPbeIterationCount=1");

    private static final Duration START_TIME = Duration.ofSeconds(180);
    private static final Duration STOP_TIME = Duration.ofSeconds(20);

    private final Home home;
    private final FileChannel lock;
    private final Child child;
    private final int port;
    private final int advertisedPort;
    private final Certificates certificates;
    private final LocalUsers users;
    private @Nullable Admin admin;

    private LocalKafka(
            Home home, FileChannel lock, Child child, int port, int advertisedPort, Certificates certificates) {
        this.home = home;
        this.lock = lock;
        this.child = child;
        this.port = port;
        this.advertisedPort = advertisedPort;
        this.certificates = certificates;
        this.users = new LocalUsers(home, this::admin);
    }

    /**
     * Starts the broker and waits until it serves clients.
     *
     * @param home the mesh's folder; made owner-only if it is missing
     * @throws IllegalStateException if the broker runs already in this home, or does not come up; the message ends with
     *     the last lines of its log
     */
    public static LocalKafka start(Path home) {
        return start(home, 0, USUAL_JVM);
    }

    /** As {@link #start}, with the JVM that a broker under load has: to measure with. */
    public static LocalKafka startForLoad(Path home) {
        return start(home, 0, List.of());
    }

    /**
     * As {@link #start}, behind something that listens on another port of this machine and passes clients on to
     * {@link #port()}: the broker tells its clients to come to that port, and {@link #bootstrap()} is it.
     *
     * @param frontPort 1 to 65535
     */
    public static LocalKafka startBehind(Path home, int frontPort) {
        return start(home, frontPort, USUAL_JVM);
    }

    private static LocalKafka start(Path folder, int frontPort, List<String> jvm) {
        SecureRandom random = new SecureRandom();
        return start(Home.open(folder, random), frontPort, jvm, Clock.systemUTC(), random);
    }

    private static LocalKafka start(Home home, int frontPort, List<String> jvm, Clock clock, SecureRandom random) {
        FileChannel lock = home.lock(PART);
        try {
            Child.reap(home, PART);
            Certificates certificates = Certificates.open(home, clock, random);
            int port = home.port(PART);
            Path folder = home.folder(PART);
            Path properties = folder.resolve("server.properties");
            home.write(
                    properties,
                    text(KafkaSettings.of(
                            port,
                            frontPort == 0 ? port : frontPort,
                            home.port(PART + ".broker"),
                            home.port(PART + ".controller"),
                            folder.resolve("data"),
                            certificates,
                            OPERATOR)));
            Path logging = folder.resolve("logback.xml");
            home.write(logging, KafkaClassPath.LOGBACK);
            Path ready = folder.resolve("ready");
            Files.deleteIfExists(ready);
            List<String> options = new ArrayList<>(jvm);
            options.add("-Dlogback.configurationFile=" + logging);
            List<String> command = ChildJvm.command(
                    home,
                    HEAP_MB,
                    options,
                    List.of(
                            "-cp",
                            KafkaClassPath.path(),
                            KafkaMain.class.getName(),
                            properties.toString(),
                            OPERATOR,
                            home.secretFile(LocalUsers.secretId(OPERATOR)).toString(),
                            ready.toString()));
            Child child = Child.start(home, PART, command, Map.of());
            child.awaitReady(START_TIME, () -> Files.exists(ready));
            return new LocalKafka(home, lock, child, port, frontPort == 0 ? port : frontPort, certificates);
        } catch (IOException e) {
            Home.unlock(lock);
            throw new UncheckedIOException("[local] kafka's folder must be writable but was not", e);
        } catch (RuntimeException e) {
            Home.unlock(lock);
            throw e;
        }
    }

    /** {@code host:port} at which clients reach the broker. */
    public String bootstrap() {
        return "127.0.0.1:" + advertisedPort;
    }

    /** The port on 127.0.0.1 on which the broker itself listens for clients, the same after a restart. */
    public int port() {
        return port;
    }

    /** Name of the super user that provisions topics, principals and ACLs. */
    public String operator() {
        return OPERATOR;
    }

    /**
     * Client properties by which a principal reaches the broker: protocol, trust, name and password. They hold a secret:
     * never print them.
     *
     * @param principal the {@link #operator()}, or a name given to {@link #addPrincipal}
     */
    public Map<String, String> security(String principal) {
        return users.security(principal);
    }

    /** The owner-only file that holds a principal's password. */
    public Path passwordFile(String principal) {
        return home.secretFile(LocalUsers.secretId(principal));
    }

    /** PEM file of the authority that signed the broker's certificate. */
    public Path trustFile() {
        return certificates.trust();
    }

    /**
     * Makes a principal with a random password, or leaves it as it is. It may do nothing until ACLs allow it.
     *
     * @throws IllegalStateException if the broker does not answer
     */
    public void addPrincipal(String name) {
        users.add(name);
    }

    /** Its users, and their passwords. */
    public LocalUsers users() {
        return users;
    }

    /** Address, process and health at this moment. */
    public PartStatus status() {
        return new PartStatus(PART, bootstrap(), child.pid(), child.isAlive() && Loopback.accepts(port));
    }

    /** Stops the broker in order; kills it when it takes too long. */
    @Override
    public synchronized void close() {
        closeAdmin();
        child.stop(STOP_TIME);
        Home.unlock(lock);
    }

    /** SIGKILL: for tests of what survives it. */
    public synchronized void kill() {
        child.kill();
        closeAdmin();
        Home.unlock(lock);
    }

    private synchronized Admin admin() {
        Admin current = admin;
        if (current == null) {
            Properties properties = new Properties();
            properties.putAll(security(OPERATOR));
            properties.put("bootstrap.servers", bootstrap());
            properties.put("client.id", "local-operator");
            current = Admin.create(properties);
            admin = current;
        }
        return current;
    }

    private void closeAdmin() {
        Admin current = admin;
        admin = null;
        if (current != null) {
            current.close(Duration.ofSeconds(1));
        }
    }

    private static String text(Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        StringWriter out = new StringWriter();
        try {
            properties.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }
}
