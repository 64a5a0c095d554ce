package io.fedmesh.bench.internal.sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;

/**
 * Apache Iceberg's sink connector in a standalone Connect worker, set up in its favour: one task, a large poll, headers that are
 * not parsed, a converter that knows its schema. Its tables are made beforehand, so that it need not look for changes.
 */
final class PeerLeg implements LegMain.Run {
    private static final Duration LOOK = Duration.ofSeconds(2);
    /** Without one more row in its table: what is missing then does not come. */
    private static final int MAX_SILENT_INTERVALS = 6;

    private static final String CONTROL_TOPIC = "bench-control";

    private final LegSettings settings;
    private final JdbcCatalog catalog;
    private final Connect<StandaloneHerder> worker;

    private PeerLeg(LegSettings settings, JdbcCatalog catalog, Connect<StandaloneHerder> worker) {
        this.settings = settings;
        this.catalog = catalog;
        this.worker = worker;
    }

    static PeerLeg start(LegSettings settings) {
        Map<String, String> properties = new HashMap<>();
        kafka(properties, "", settings.security(), settings.bootstrap());
        kafka(properties, "consumer.", settings.watchedKafka().security(), settings.bootstrap());
        kafka(properties, "producer.", settings.security(), settings.bootstrap());
        kafka(properties, "admin.", settings.security(), settings.bootstrap());
        properties.put("consumer.max.poll.records", "5000");
        properties.put("consumer.fetch.min.bytes", Integer.toString(512 << 10));
        properties.put("consumer.fetch.max.bytes", Integer.toString(50 << 20));
        properties.put("consumer.max.partition.fetch.bytes", Integer.toString(8 << 20));
        properties.put("consumer.isolation.level", "read_committed");
        properties.put("consumer.auto.offset.reset", "earliest");
        properties.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        properties.put("value.converter", FixedAvroConverter.class.getName());
        properties.put("header.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        properties.put(
                "offset.storage.file.filename",
                Path.of(settings.folder(), "offsets").toString());
        properties.put("offset.flush.interval.ms", "1000");
        properties.put("listeners", "http://127.0.0.1:0");
        properties.put("plugin.discovery", "service_load");
        Connect<StandaloneHerder> worker = new ConnectStandalone().startConnect(properties);
        return new PeerLeg(settings, PlainCatalog.open(settings), worker);
    }

    @Override
    public void run(LegSettings.Part part) throws Exception {
        PlainCatalog.create(catalog, part.product(), AccountColumns.entity(), 2);
        // of this leg alone: its consumer group, which is named after it, must have read nothing before
        String connector =
                part.product() + "-" + Integer.toHexString(settings.warehouse().hashCode());
        String control = CONTROL_TOPIC + "-" + connector;
        try (Admin admin = Admin.create(settings.watchedKafka().properties("bench-control"))) {
            admin.createTopics(java.util.List.of(new NewTopic(control, 1, (short) 1)))
                    .all()
                    .get();
        }
        Watch.expect(part.topic(), part.records());
        CommitTimes.Expected committed = CommitTimes.expect(PlainCatalog.NAMESPACE + "." + part.product(), part.rows());
        CompletableFuture<Void> started = new CompletableFuture<>();
        worker.herder()
                .putConnectorConfig(connector, connector(part, connector, control), false, (failure, created) -> {
                    if (failure == null) {
                        started.complete(null);
                    } else {
                        started.completeExceptionally(failure);
                    }
                });
        started.get(1, TimeUnit.MINUTES);
        await(committed, connector);
        LegMain.done(part);
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        worker.herder().deleteConnectorConfig(connector, (failure, deleted) -> stopped.complete(null));
        stopped.get(1, TimeUnit.MINUTES);
    }

    private void await(CommitTimes.Expected committed, String connector) {
        long patience = TimeUnit.MILLISECONDS.toNanos(MAX_SILENT_INTERVALS * settings.commitIntervalMs());
        long missing = committed.missing();
        long lastNanos = System.nanoTime();
        while (!committed.isAll(LOOK)) {
            boolean hasFailed = worker.herder().connectorStatus(connector).tasks().stream()
                    .anyMatch(task -> task.state().equals("FAILED"));
            if (committed.missing() < missing) {
                missing = committed.missing();
                lastNanos = System.nanoTime();
            }
            boolean isSilent = System.nanoTime() - lastNanos > patience;
            if (hasFailed || isSilent) {
                throw new IllegalStateException("[bench] the peer must commit every row but "
                        + (hasFailed ? "its task failed" : missing + " do not come"));
            }
        }
    }

    private Map<String, String> connector(LegSettings.Part part, String connector, String control) {
        Map<String, String> config = new HashMap<>();
        config.put("name", connector);
        config.put("connector.class", "org.apache.iceberg.connect.IcebergSinkConnector");
        config.put("tasks.max", "1");
        config.put("topics", part.topic());
        config.put("iceberg.tables", PlainCatalog.identifier(part.product()).toString());
        config.put("iceberg.control.topic", control);
        config.put("iceberg.control.commit.interval-ms", Long.toString(settings.commitIntervalMs()));
        config.put("iceberg.control.commit.timeout-ms", Long.toString(settings.commitIntervalMs()));
        config.put("iceberg.catalog", PlainCatalog.NAME);
        config.put("iceberg.catalog.catalog-impl", "org.apache.iceberg.jdbc.JdbcCatalog");
        config.put("iceberg.catalog.metrics-reporter-impl", CommitTimes.class.getName());
        PlainCatalog.properties(settings).forEach((name, value) -> config.put("iceberg.catalog." + name, value));
        kafka(config, "iceberg.kafka.", settings.security(), settings.bootstrap());
        return config;
    }

    private static void kafka(
            Map<String, String> properties, String prefix, Map<String, String> security, String bootstrap) {
        security.forEach((name, value) -> properties.put(prefix + name, value));
        properties.put(prefix + "bootstrap.servers", bootstrap);
    }
}
