package io.fedmesh.faults.internal;

import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.Preparation;
import io.fedmesh.app.internal.localmesh.StoryDatabase;
import io.fedmesh.app.internal.localmesh.Supervisor;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Source;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.local.LocalMesh;
import io.fedmesh.local.LocalPostgres;
import io.fedmesh.local.SampleStory;
import io.fedmesh.testkit.faults.HttpFront;
import io.fedmesh.testkit.faults.KmsServer;
import io.fedmesh.testkit.faults.TcpProxy;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A whole mesh on this machine, every process apart, with something between each process and what it leans on: a proxy
 * before the brokers, the source database and the catalog, a front before the object store and the registry, and a key
 * service that fails on command. Used by one thread, except {@link #connect}.
 */
final class FaultyMesh implements AutoCloseable {
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(4);
    /** The usual one is for the least delay, and keeps a tenth of a processor busy for each capture that has nothing to do. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    /**
     * All JVMs of a campaign have the quick compiler, which has no code of its own for AES-GCM: 5 to 20 MB a second, a fifth
     * of the broker's samples. This suite does four times as much.
     */
    private static final Map<String, String> CHEAP_TLS = Map.of("ssl.cipher.suites", "TLS_CHACHA20_POLY1305_SHA256");

    private final MeshHome home;
    private final Contracts contracts;
    private final SampleStory story;
    private final LocalMesh parts;
    private final Path reading;
    private final Path faulty;
    private final Set<String> inHand = new HashSet<>();
    private final Queue<String> findings = new ConcurrentLinkedQueue<>();
    private LocalKafka kafka;
    private LocalPostgres postgres;
    private @Nullable Connection beats;

    final TcpProxy brokers;
    final TcpProxy source;
    final TcpProxy catalog;
    final HttpFront store;
    final HttpFront registry;
    final KmsServer keys;
    final Crew crew;
    final Seen seen = new Seen();

    private FaultyMesh(Path folder, Path root) throws Exception {
        home = new MeshHome(folder);
        contracts = Contracts.load(root);
        story = Supervisor.story()
                .orElseThrow(() ->
                        new IllegalStateException("[faults] a sample story must be on the class path but none is"));
        keys = KmsServer.start(new SecureRandom());
        KeyService.use(keys.endpoint());
        brokers = TcpProxy.start();
        source = TcpProxy.start();
        catalog = TcpProxy.start();
        parts = LocalMesh.startBehind(folder, LocalMesh.Progress.SILENT, brokers.port());
        kafka = parts.kafka();
        postgres = parts.postgres();
        brokers.leadTo(kafka.port());
        source.leadTo(postgres.port());
        catalog.leadTo(postgres.port());
        store = HttpFront.start(parts.s3().endpoint().getPort());
        registry = HttpFront.start(parts.registry().url().getPort());
        new Preparation(home, root, Clock.systemUTC()).prepare(parts, contracts, step -> {});
        try (Connection owner = postgres.connect(story.databaseName())) {
            Oplog.install(owner, captured());
        }
        reading = config("reading.yaml", false);
        faulty = config("faulty.yaml", true);
        crew = new Crew(home.folder(), faulty, contracts);
    }

    /**
     * Starts the parts of a mesh in an empty folder and prepares them; its processes are not started yet.
     *
     * @param root folder that holds {@code domains/} and {@code schemas/}
     */
    static FaultyMesh start(Path folder, Path root) throws Exception {
        return new FaultyMesh(folder, root);
    }

    Contracts contracts() {
        return contracts;
    }

    SampleStory story() {
        return story;
    }

    MeshHome home() {
        return home;
    }

    /** The configuration of somebody who only looks, past everything that fails. */
    Path readingConfig() {
        return reading;
    }

    /** The configuration of the mesh's processes. */
    Path faultyConfig() {
        return faulty;
    }

    /** The products that come from the source database. */
    List<Contract> captured() {
        return contracts.products().stream()
                .filter(contract -> contract.origin() instanceof Contract.Captured)
                .toList();
    }

    /** A connection of the application whose data the story makes up; any thread. */
    Connection connect() {
        try {
            return new StoryDatabase(new Connections(ConfigFile.read(home.config()), Map.of()), story).get();
        } catch (io.fedmesh.app.internal.config.InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection of the source database's owner. */
    Connection owner() throws SQLException {
        return postgres.connect(story.databaseName());
    }

    KafkaConnection operator() {
        Map<String, String> properties = new HashMap<>(kafka.security(kafka.operator()));
        properties.putAll(CHEAP_TLS);
        return new KafkaConnection(kafka.bootstrap(), properties);
    }

    /**
     * Writes the sources' heartbeat tables, as captures themselves do every few seconds: who waits until a position is
     * passed need not wait for the next beat.
     */
    void beat() {
        try {
            if (beats == null) {
                beats = owner();
            }
            try (Statement statement = beats.createStatement()) {
                for (Source source : contracts.sources()) {
                    statement.execute("update " + source.heartbeatTable() + " set beat_at = now()");
                }
            }
        } catch (SQLException e) {
            // It is away, or comes back: then there is nothing to pass.
            endBeats();
        }
    }

    private void endBeats() {
        try (Connection ended = beats) {
            beats = null;
        } catch (SQLException e) {
            // It ended by itself.
        }
    }

    /**
     * Takes processes in hand, as one operator does.
     *
     * @throws IllegalStateException when another has one of them in hand; none is taken then
     */
    void takeInHand(List<String> processes) {
        if (processes.stream().anyMatch(inHand::contains)) {
            throw new IllegalStateException(processes + " one operator at a time must have them in hand");
        }
        inHand.addAll(processes);
    }

    void letGo(String process) {
        inHand.remove(process);
    }

    /** What a fault saw that must not be; any thread. */
    void found(String finding) {
        findings.add(finding);
    }

    /** What faults saw since the last time this was asked. */
    List<String> takeFindings() {
        List<String> taken = new ArrayList<>();
        for (String finding = findings.poll(); finding != null; finding = findings.poll()) {
            taken.add(finding);
        }
        return taken;
    }

    /** SIGKILL to the broker, and its start on the same data. */
    void crashKafka() {
        kafka.kill();
        kafka = LocalKafka.startBehind(home.folder(), brokers.port());
        brokers.leadTo(kafka.port());
    }

    /** SIGKILL to the database server, and its start on the same data. */
    void crashPostgres() {
        postgres.kill();
        postgres = LocalPostgres.start(home.folder());
        source.leadTo(postgres.port());
        catalog.leadTo(postgres.port());
    }

    /**
     * The database server is killed, comes back as a standby of a primary that is gone, and is promoted: the same rows on
     * another timeline. Who asks meanwhile may look and not write.
     */
    void failOverPostgres() {
        postgres.kill();
        postgres = LocalPostgres.startStandby(home.folder());
        source.leadTo(postgres.port());
        catalog.leadTo(postgres.port());
        try {
            postgres.promote();
        } catch (SQLException e) {
            throw new IllegalStateException("[faults] the standby must be promotable but was not", e);
        }
    }

    /** The prepared configuration with the key service, and with what fails where it is asked for. */
    private Path config(String name, boolean isFaulty) throws IOException {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        Map<String, Object> root = new LinkedHashMap<>(yaml.load(Files.readString(home.config())));
        Map<String, Object> lake = map(root, "lake");
        lake.put(
                "keys",
                new LinkedHashMap<>(Map.of("service", "aws-kms", "region", "us-gov-west-1", "aliasPrefix", "mesh-")));
        map(map(root, "kafka"), "properties").putAll(CHEAP_TLS);
        map(root, "sources").values().forEach(database -> cast(database).put("pollInterval", POLL_INTERVAL.toString()));
        // Each commit makes files of every table, which the oracle opens, every one.
        lake.put("commitInterval", COMMIT_INTERVAL.toString());
        if (isFaulty) {
            map(root, "sources").values().forEach(database -> cast(database).put("port", source.port()));
            Map<String, Object> where = map(lake, "catalog");
            where.put("url", replacePort(where.get("url"), catalog.port()));
            Map<String, Object> s3 = map(lake, "s3");
            s3.put("endpoint", replacePort(s3.get("endpoint"), store.port()));
            Map<String, Object> schemas = map(root, "registry");
            schemas.put("url", replacePort(schemas.get("url"), registry.port()));
        }
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return Files.writeString(home.config().resolveSibling(name), new Yaml(options).dump(root));
    }

    private static String replacePort(@Nullable Object url, int port) {
        return String.valueOf(url).replaceFirst("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:" + port);
    }

    private static Map<String, Object> map(Map<String, Object> in, String name) {
        return cast(java.util.Objects.requireNonNull(in.get(name), name));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> cast(Object map) {
        return (Map<String, Object>) map;
    }

    @Override
    public void close() {
        crew.close();
        KeyService.forget();
        endBeats();
        kafka.close();
        postgres.close();
        parts.close();
        for (AutoCloseable one : List.<AutoCloseable>of(store, registry, brokers, source, catalog, keys)) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
