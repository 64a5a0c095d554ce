package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.wire.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Loads accounts, feeds a running sink changes of them batch by batch, each a commit, and looks at moments in between what its table costs a reader, and
 * what the same rows cost in one file. The first batches it writes as equality deletes too. Nothing is encrypted, so that one
 * reader reads all three.
 */
final class ReadRun {
    private static final String PRODUCT = "upserted";
    private static final int LOAD_BATCH = 50_000;

    /**
     * One look.
     *
     * @param commits that were fed before
     * @param upserted the sink's table as it stands
     * @param compacted the same rows in one file
     */
    record Moment(int commits, TableRead upserted, TableRead compacted) {
        double cpuRatio() {
            return upserted.cpuSeconds() / compacted.cpuSeconds();
        }

        double secondsRatio() {
            return upserted.seconds() / compacted.seconds();
        }
    }

    /**
     * All looks.
     *
     * @param beside the look at the same batches as the table of equality deletes
     */
    record Result(List<Moment> moments, Moment beside, TableRead equality) {}

    private final SinkRig rig;
    private final List<String> jvm;
    private final Duration commitInterval;
    private final Duration upkeepInterval;
    private final Consumer<String> progress;

    /**
     * @param commitInterval from one commit to the next at least
     * @param upkeepInterval between two rounds of upkeep, which runs beside the sink; 0 for none
     * @param progress told each look
     */
    ReadRun(
            SinkRig rig,
            Duration commitInterval,
            Duration upkeepInterval,
            List<String> jvm,
            Consumer<String> progress) {
        this.progress = progress;
        this.commitInterval = commitInterval;
        this.rig = rig;
        this.upkeepInterval = upkeepInterval;
        List<String> options = new ArrayList<>(Leg.BOTH.jvm());
        options.addAll(jvm);
        this.jvm = options;
    }

    /**
     * @param accounts that are loaded first
     * @param changes of them, in so many commits
     * @param moments how often the table is looked at meanwhile
     * @param equalityCommits so many of the first commits are written as equality deletes too
     * @throws IllegalStateException when the tables' rows are not those of the stream
     */
    Result run(int accounts, int changes, int commits, int moments, int equalityCommits) {
        int records = accounts + changes;
        Contract contract = Accounts.contract(PRODUCT, 1);
        AccountTopic topic = new AccountTopic(rig.kafka());
        topic.make(contract.topic().toString(), 1);
        LegSettings.Part part = new LegSettings.Part(PRODUCT, 1, records, records);
        LegSettings settings = rig.settings("upserted", part, part, new SinkLimits(0, 200_000, 16L << 20));
        LegSettings peers = rig.settings("peers", part, part, new SinkLimits(0, 1, 1));
        AccountStream stream = AccountStream.ofLoaded(accounts, changes, 11);
        EventCodec codec = new EventCodec(contract, AccountTopic.registry(List.of(contract)));
        int batchRecords = Math.max(1, changes / commits);
        List<Moment> looks = new ArrayList<>();
        try (JdbcCatalog catalog = PlainCatalog.open(peers);
                SinkWatch sink =
                        SinkWatch.start(settings, LakeConfig.Encryption.LEFT_TO_THE_BUCKET, upkeepInterval, jvm);
                Producer<byte[], byte[]> producer = AccountTopic.feeder(rig.kafka())) {
            EqualityTable equality =
                    new EqualityTable(PlainCatalog.create(catalog, "equality", AccountColumns.entity(), 2));
            @Nullable Moment beside = null;
            @Nullable TableRead equalityRead = null;
            long fed = 0;
            while (fed < accounts) {
                List<AccountStream.Change> batch =
                        feed(contract, codec, stream, (int) Math.min(LOAD_BATCH, accounts - fed), producer);
                fed += batch.size();
                equality.load(batch);
            }
            sink.awaitVisible(fed);
            int batches = 0;
            while (stream.hasNext()) {
                long begin = System.nanoTime();
                List<AccountStream.Change> batch = feed(contract, codec, stream, batchRecords, producer);
                fed += batch.size();
                sink.awaitVisible(fed);
                batches++;
                if (batches <= equalityCommits) {
                    equality.commit(batch);
                }
                boolean isBeside = batches == equalityCommits;
                if (isBeside || batches % Math.max(1, commits / moments) == 0 || !stream.hasNext()) {
                    looks.add(look(sink, catalog, contract.name(), stream, batches));
                }
                if (isBeside) {
                    beside = looks.get(looks.size() - 1);
                    equalityRead = TableRead.once(catalog.loadTable(PlainCatalog.identifier("equality")));
                    demand("table of equality deletes", equalityRead, stream);
                }
                LockSupport.parkNanos(begin + commitInterval.toNanos() - System.nanoTime());
            }
            return new Result(looks, Objects.requireNonNull(beside), Objects.requireNonNull(equalityRead));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<AccountStream.Change> feed(
            Contract contract, EventCodec codec, AccountStream stream, int count, Producer<byte[], byte[]> producer) {
        List<AccountStream.Change> batch = new ArrayList<>();
        while (stream.hasNext() && batch.size() < count) {
            AccountStream.Change change = stream.next();
            var unused = producer.send(AccountTopic.record(contract, codec, change));
            batch.add(change);
        }
        producer.flush();
        return batch;
    }

    private Moment look(SinkWatch sink, JdbcCatalog catalog, ProductName product, AccountStream stream, int batches)
            throws IOException {
        Table latest =
                sink.lakehouse().catalog().loadTable(TableIdentifier.of(product.namespace(), product.latestTable()));
        TableRead upserted = TableRead.least(latest);
        demand("upserted table", upserted, stream);
        Table compacted = PlainCatalog.create(catalog, "compacted" + batches, AccountColumns.entity(), 2);
        copy(latest, compacted);
        TableRead same = TableRead.least(compacted);
        demand("compacted table", same, stream);
        Moment moment = new Moment(batches, upserted, same);
        progress.accept("after %d commits %.2f x the compacted table's CPU, %d data files, %d deletion vectors"
                .formatted(batches, moment.cpuRatio(), upserted.dataFiles(), upserted.deleteFiles()));
        return moment;
    }

    private static void copy(Table from, Table to) throws IOException {
        DataWriter<Record> writer = new GenericFileWriterFactory.Builder(to)
                .dataSchema(to.schema())
                .dataFileFormat(FileFormat.PARQUET)
                .build()
                .newDataWriter(
                        OutputFileFactory.builderFor(to, 0, 0)
                                .format(FileFormat.PARQUET)
                                .build()
                                .newOutputFile(),
                        to.spec(),
                        null);
        try (writer;
                CloseableIterable<Record> rows = IcebergGenerics.read(from).build()) {
            Record copy = org.apache.iceberg.data.GenericRecord.create(to.schema());
            for (Record row : rows) {
                for (int i = 0; i < to.schema().columns().size(); i++) {
                    @Nullable
                    Object value = row.getField(to.schema().columns().get(i).name());
                    copy.set(i, value);
                }
                writer.write(copy);
            }
        }
        to.newAppend().appendFile(writer.toDataFile()).commit();
    }

    private static void demand(String what, TableRead read, AccountStream stream) {
        if (read.rows() != stream.liveKeys() || read.revisions() != stream.liveRevisions()) {
            throw new IllegalStateException("[bench] the " + what + " must hold " + stream.liveKeys()
                    + " rows with revisions of " + stream.liveRevisions() + " in all but holds " + read.rows() + " of "
                    + read.revisions());
        }
    }
}
