package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.ReplayFrom;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.wire.BadRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads a product's topic again and adds to {@code _history} the events that it lacks. It stays below the offsets that the
 * table has: those of the sink begin there, so the two never write the same event; and a second replay that committed
 * meanwhile is noticed. Used by one thread.
 */
final class HistoryReplay {
    private static final int MAX_ROWS_PER_COMMIT = 200_000;
    private static final long MAX_BYTES_PER_COMMIT = 64L << 20;
    private static final int MAX_TRIES = 10;
    private static final long PAUSE_MS = 60;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_SILENT_POLLS = 150;

    private final Contract contract;
    private final IcebergTablePort port;
    private final Supplier<Table> load;
    private final Consumer<byte[], byte[]> consumer;
    private final Decoder decoder;
    private final Supplier<String> ids;
    private final LongConsumer pauseMs;

    private long read;
    private long added;
    private long refused;
    private TablePort.@Nullable Stage stage;
    private long staged;
    private long stagedBytes;

    /** @param consumer without partitions, {@code auto.offset.reset=none} */
    HistoryReplay(
            Contract contract,
            IcebergTablePort port,
            Supplier<Table> load,
            Consumer<byte[], byte[]> consumer,
            Decoder decoder,
            Supplier<String> ids,
            LongConsumer pauseMs) {
        this.contract = contract;
        this.port = port;
        this.load = load;
        this.consumer = consumer;
        this.decoder = decoder;
        this.ids = ids;
        this.pauseMs = pauseMs;
    }

    /** Records looked at, events added, records that are definitely bad. */
    record Result(long read, long added, long refused) {}

    /** Replays; what was committed when it fails stays, and is not added again. */
    Result run(ReplayFrom from) {
        Table table = load.get();
        Snapshot at = table.currentSnapshot();
        if (at == null) {
            return new Result(0, 0, 0);
        }
        Map<Integer, Long> ends =
                Summary.offsets(CarriedCommit.carried(table, at).get(Summary.OFFSETS));
        try {
            for (Map.Entry<Integer, Long> start : starts(from, ends).entrySet()) {
                long end = ends.getOrDefault(start.getKey(), 0L);
                if (start.getValue() < end) {
                    at = replay(table, at, start.getKey(), start.getValue(), end);
                }
            }
        } catch (RuntimeException e) {
            if (stage != null) {
                stage.discard();
            }
            throw e;
        }
        return new Result(read, added, refused);
    }

    /** Where to begin, by partition; none that the table does not know. */
    private Map<Integer, Long> starts(ReplayFrom from, Map<Integer, Long> ends) {
        List<TopicPartition> partitions =
                ends.keySet().stream().map(this::partition).toList();
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        Map<Integer, Long> starts = new TreeMap<>();
        if (from instanceof ReplayFrom.Time time) {
            Map<TopicPartition, Long> asked = new HashMap<>();
            partitions.forEach(partition -> asked.put(partition, time.time().toEpochMilli()));
            for (Map.Entry<TopicPartition, @Nullable OffsetAndTimestamp> found :
                    consumer.offsetsForTimes(asked).entrySet()) {
                if (found.getValue() != null) {
                    starts.put(found.getKey().partition(), found.getValue().offset());
                }
            }
            return starts;
        }
        beginnings.forEach((partition, beginning) -> starts.put(partition.partition(), beginning));
        if (from instanceof ReplayFrom.Offsets offsets) {
            for (Integer partition : offsets.offsets().keySet()) {
                if (!starts.containsKey(partition)) {
                    throw new IllegalArgumentException("[replay] a partition must be one of the table's, "
                            + starts.keySet() + ", but was " + partition);
                }
            }
            starts.keySet().retainAll(offsets.offsets().keySet());
            starts.replaceAll((partition, beginning) ->
                    Math.max(beginning, Objects.requireNonNull(offsets.offsets().get(partition))));
        }
        return starts;
    }

    private Snapshot replay(Table table, Snapshot at, int partition, long start, long end) {
        TopicPartition topic = partition(partition);
        long last = consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
        if (last < end) {
            throw new TableRefusedException("[" + topic + "] the topic must reach the table's offset " + end
                    + " but ends at " + last + ": it was made anew or lost records");
        }
        BitSet known = known(table, at, partition, start, end);
        consumer.assign(List.of(topic));
        consumer.seek(topic, start);
        Snapshot seen = at;
        int silent = 0;
        while (consumer.position(topic) < end) {
            List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(topic);
            silent = records.isEmpty() ? silent + 1 : 0;
            if (silent == MAX_SILENT_POLLS) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        "[" + topic + "] a record must come in time but none did");
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < end) {
                    take(record, known.get(Math.toIntExact(record.offset() - start)));
                }
            }
            if (staged >= MAX_ROWS_PER_COMMIT || stagedBytes >= MAX_BYTES_PER_COMMIT) {
                seen = commit(table, seen);
            }
        }
        return staged > 0 ? commit(table, seen) : seen;
    }

    private void take(ConsumerRecord<byte[], byte[]> record, boolean isKnown) {
        read++;
        if (isKnown) {
            return;
        }
        Change change;
        try {
            change = decoder.decode(record);
        } catch (BadRecordException e) {
            refused++;
            return;
        }
        if (stage == null) {
            stage = port.stage(port.head());
        }
        stage.append(change);
        staged++;
        stagedBytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    /** Which offsets the table has, counted from the start. */
    private static BitSet known(Table table, Snapshot at, int partition, long start, long end) {
        BitSet known = new BitSet();
        Schema columns = new Schema(
                table.schema().findField(TableShape.PARTITION), table.schema().findField(TableShape.OFFSET));
        Expression filter = Expressions.and(
                Expressions.equal(TableShape.PARTITION, partition),
                Expressions.greaterThanOrEqual(TableShape.OFFSET, start),
                Expressions.lessThan(TableShape.OFFSET, end));
        try (CloseableIterable<Record> rows = TableReader.read(table, at.snapshotId(), columns, filter)) {
            for (Record row : rows) {
                long offset = row.get(1, Long.class);
                if (row.get(0, Integer.class) == partition && offset >= start && offset < end) {
                    known.set(Math.toIntExact(offset - start));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return known;
    }

    private Snapshot commit(Table table, Snapshot seen) {
        List<DataFile> files =
                IcebergTablePort.rows(Objects.requireNonNull(stage).close());
        stage = null;
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            table.refresh();
            Snapshot now = Objects.requireNonNull(table.currentSnapshot());
            refuseOtherReplay(table, seen, now);
            AppendFiles append = table.newAppend();
            files.forEach(append::appendFile);
            if (CarriedCommit.commit(table, now, append, ids.get())) {
                added += staged;
                staged = 0;
                stagedBytes = 0;
                return Objects.requireNonNull(table.currentSnapshot());
            }
            pauseMs.accept(PAUSE_MS * tries);
        }
        throw new TablePort.StaleBaseException("[" + table.name()
                + "] the replay must find the table at rest for a moment but did not; try once more");
    }

    /** Sinks add events beyond ours, and upkeep moves rows; whatever else came since might have added the same events. */
    private static void refuseOtherReplay(Table table, Snapshot seen, Snapshot now) {
        if (!CarriedCommit.isOfSinks(table, seen.snapshotId(), now.snapshotId())) {
            throw new TablePort.StaleBaseException("[" + table.name() + "] another replay came between; try once more");
        }
    }

    private TopicPartition partition(int partition) {
        return new TopicPartition(contract.topic().toString(), partition);
    }
}
