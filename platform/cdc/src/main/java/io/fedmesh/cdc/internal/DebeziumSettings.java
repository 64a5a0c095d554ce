package io.fedmesh.cdc.internal;

import io.debezium.connector.postgresql.PostgresConnector;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.cdc.CaptureConfig.DatabaseConnection;
import io.fedmesh.contract.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The connector's settings, those that keep data first. */
final class DebeziumSettings {
    private DebeziumSettings() {}

    static Map<String, String> of(CaptureConfig config, List<Product> products, String prefix, String placeholder) {
        Source source = config.source();
        Map<String, String> settings = new HashMap<>();
        settings.put("name", prefix);
        settings.put("connector.class", PostgresConnector.class.getName());
        settings.put("topic.prefix", prefix);
        settings.put("plugin.name", "pgoutput");
        settings.put("slot.name", source.slot());
        settings.put("publication.name", source.publication());
        settings.put("publication.autocreate.mode", "disabled");
        // The slot moves only to what is stored, and a slot that is ahead of it is an error.
        settings.put("lsn.flush.mode", "connector");
        settings.put("offset.mismatch.strategy", "trust_offset");
        // What cannot be told right is not told at all.
        settings.put("event.processing.failure.handling.mode", "fail");
        settings.put("event.converting.failure.handling.mode", "fail");
        settings.put("unavailable.value.placeholder", placeholder);
        settings.put("skipped.operations", "none");
        settings.put("snapshot.mode", "initial");
        settings.put("tombstones.on.delete", "false");
        settings.put("provide.transaction.metadata", "false");

        settings.put("decimal.handling.mode", "precise");
        settings.put("time.precision.mode", "microseconds");
        settings.put("binary.handling.mode", "bytes");
        settings.put("hstore.handling.mode", "json");
        settings.put("interval.handling.mode", "string");
        settings.put("converters", "mesh");
        settings.put("mesh.type", ColumnConverter.class.getName());
        settings.put("sourceinfo.struct.maker", SlimSourceInfo.class.getName());

        settings.put("table.include.list", tables(products));
        settings.put("column.include.list", columns(products));
        settings.put("max.batch.size", Integer.toString(config.bounds().batchRows()));
        settings.put("max.queue.size", Integer.toString(config.bounds().queueRows()));
        settings.put("max.queue.size.in.bytes", Long.toString(config.bounds().queueBytes()));
        settings.put(
                "poll.interval.ms", Long.toString(config.bounds().pollInterval().toMillis()));
        // Debezium's heartbeat is only a record: it tells that a transaction ended when no other follows.
        settings.put("heartbeat.interval.ms", "50");
        settings.put("status.update.interval.ms", "5000");
        // Trying again is capture's, from the stored position.
        settings.put("errors.max.retries", "0");
        settings.put("slot.max.retries", "1");
        settings.put("slot.retry.delay.ms", "500");
        settings.put("retriable.restart.connector.wait.ms", "500");
        settings.put("executor.shutdown.timeout.ms", "2000");
        database(config.database(), settings);
        return settings;
    }

    private static void database(DatabaseConnection database, Map<String, String> settings) {
        settings.put("database.hostname", database.host());
        settings.put("database.port", Integer.toString(database.port()));
        settings.put("database.dbname", database.database());
        settings.put("database.user", database.user());
        settings.put("database.password", database.password());
        settings.put("database.sslmode", database.sslMode());
        if (database.sslRootCert() != null) {
            settings.put("database.sslrootcert", database.sslRootCert().toString());
        }
    }

    private static String tables(List<Product> products) {
        return products.stream()
                .map(p -> literal(p.captured().table()))
                .distinct()
                .collect(Collectors.joining(","));
    }

    private static String columns(List<Product> products) {
        return products.stream()
                .flatMap(p -> new TreeSet<>(p.captured().columns().values())
                        .stream().map(c -> literal(p.captured().table() + "." + c)))
                .collect(Collectors.joining(","));
    }

    /** Debezium's lists are regular expressions joined with commas. */
    private static String literal(String name) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '_') {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }
}
