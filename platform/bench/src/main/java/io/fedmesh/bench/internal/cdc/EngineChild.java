package io.fedmesh.bench.internal.cdc;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.fedmesh.bench.internal.measure.Child;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Debezium's own engine around the same connector, without serialisation: records are counted and marked. Arguments: the
 * file of {@link Reach}; the file of its offsets; how many events to measure, 0 to take the snapshot, tell {@code snapshot},
 * see one change, tell {@code streaming} and end; how many rows the snapshot has.
 *
 * <p>An engine that ends on its snapshot's last row has stored a snapshot that is not done, and takes it anew at its next
 * start. That would be measured for what the log holds, and so a row of a snapshot in a measured leg ends it.
 */
final class EngineChild {
    private EngineChild() {}

    public static void main(String[] args) throws Exception {
        Child.leash();
        Reach reach = Reach.read(Path.of(args[0]));
        long events = Long.parseLong(args[2]);
        LongAdder told = new LongAdder();
        LongAdder counted = new LongAdder();
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(properties(reach, args[1]))
                .notifying(new DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>>() {
                    @Override
                    public void handleBatch(
                            List<RecordChangeEvent<SourceRecord>> records,
                            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
                            throws InterruptedException {
                        int snapshot = 0;
                        int streamed = 0;
                        for (RecordChangeEvent<SourceRecord> record : records) {
                            if (record.record().topic().endsWith(Ledger.TABLE)) {
                                if (record.record().sourceOffset().containsKey("snapshot")) {
                                    snapshot++;
                                } else {
                                    streamed++;
                                }
                            }
                            committer.markProcessed(record);
                        }
                        committer.markBatchFinished();
                        told.add(snapshot);
                        counted.add(streamed);
                    }
                })
                .using((isGood, message, failure) -> {
                    if (!isGood) {
                        fail(new IllegalStateException("[bench] the engine must run but " + message, failure));
                    }
                })
                .build();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.execute(engine);
        if (events > 0) {
            Pace.tell(events, () -> streamed(told, counted));
        } else {
            await(told, Long.parseLong(args[3]));
            Child.tell("snapshot");
            await(counted, 1);
            Child.tell("streaming");
        }
        engine.close();
        executor.shutdown();
        System.exit(0);
    }

    private static long streamed(LongAdder told, LongAdder counted) {
        if (told.sum() > 0) {
            fail(new IllegalStateException("[bench] the engine must go on in the log but takes a snapshot"));
        }
        return counted.sum();
    }

    /** The engine's threads would outlive the main one. */
    private static void fail(Exception failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    private static void await(LongAdder counter, long count) throws InterruptedException {
        while (counter.sum() < count) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The connector as its makers ship it, but for the poll interval, the batches and the threads, which are at their best. */
    private static Properties properties(Reach reach, String offsets) {
        Properties properties = new Properties();
        properties.setProperty("name", "engine");
        properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.setProperty("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        properties.setProperty("offset.storage.file.filename", offsets);
        properties.setProperty("offset.flush.interval.ms", "1000");
        properties.setProperty("record.processing.threads", "AVAILABLE_CORES");
        properties.setProperty("record.processing.order", "ORDERED");
        properties.setProperty("topic.prefix", "engine");
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", "engine");
        properties.setProperty("publication.name", "engine");
        properties.setProperty("publication.autocreate.mode", "filtered");
        properties.setProperty("table.include.list", "ledger\\.entry");
        properties.setProperty("tombstones.on.delete", "false");
        properties.setProperty("poll.interval.ms", "5");
        properties.setProperty("max.batch.size", "8192");
        properties.setProperty("max.queue.size", "32768");
        properties.setProperty("database.hostname", "127.0.0.1");
        properties.setProperty("database.port", Integer.toString(reach.postgresPort()));
        properties.setProperty("database.dbname", Ledger.DATABASE);
        properties.setProperty("database.user", Ledger.USER);
        properties.setProperty("database.password", reach.password());
        return properties;
    }
}
