package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.Repair;
import io.fedmesh.lake.ReplayFrom;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.SchemaRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** See {@link Repair}. */
public final class ProductRepair {
    private final EncryptedCatalog catalog;
    private final Supplier<String> ids;
    private final LongConsumer pauseMs;

    public ProductRepair(EncryptedCatalog catalog, Clock clock, SecureRandom random, LongConsumer pauseMs) {
        this.catalog = catalog;
        this.ids = new CommitIds(clock, random);
        this.pauseMs = pauseMs;
    }

    /** Makes {@code _latest} what {@code _history} says. */
    public Repair.Report rebuild(Contract contract) {
        LatestRebuild.Result done = latest(contract);
        return new Repair.Report(0, 0, 0, done.added(), done.removed());
    }

    /** Reads the topic again, then rebuilds. */
    public Repair.Report replay(Contract contract, ReplayFrom from, KafkaConnection kafka, SchemaRegistry registry) {
        HistoryReplay.Result history;
        try (Consumer<byte[], byte[]> consumer = consumer(kafka, contract)) {
            history = new HistoryReplay(
                            contract,
                            new IcebergTablePort(catalog, contract, false),
                            () -> table(contract, false),
                            consumer,
                            new Decoder(contract, registry),
                            ids,
                            pauseMs)
                    .run(from);
        }
        LatestRebuild.Result latest = latest(contract);
        return new Repair.Report(history.read(), history.added(), history.refused(), latest.added(), latest.removed());
    }

    private LatestRebuild.Result latest(Contract contract) {
        return new LatestRebuild(() -> table(contract, false), () -> table(contract, true), contract, ids, pauseMs)
                .run();
    }

    private Table table(Contract contract, boolean latest) {
        return StagedOperations.of(catalog.loadTable(ProductTables.identifier(contract.name(), latest)));
    }

    /** Without a group: where it reads is nobody's business. */
    private static Consumer<byte[], byte[]> consumer(KafkaConnection kafka, Contract contract) {
        Map<String, Object> properties = kafka.properties("mesh-replay-" + contract.name());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
