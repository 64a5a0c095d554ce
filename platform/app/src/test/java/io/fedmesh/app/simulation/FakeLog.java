package io.fedmesh.app.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A model of Kafka: partitions, transactions with markers, fencing by transactional id, and readers of what is committed. */
final class FakeLog {
    /** What became of the transaction that a record belongs to. */
    enum State {
        OPEN,
        COMMITTED,
        ABORTED,
        MARKER
    }

    static final class Entry {
        final byte @Nullable [] key;
        final byte @Nullable [] value;
        final @Nullable Headers headers;
        final long timestampMs;
        State state;

        Entry(
                byte @Nullable [] key,
                byte @Nullable [] value,
                @Nullable Headers headers,
                long timestampMs,
                State state) {
            this.key = key;
            this.value = value;
            this.headers = headers;
            this.timestampMs = timestampMs;
            this.state = state;
        }
    }

    interface Reader {
        void read(int partition, long offset, Entry entry);
    }

    /** A transaction on the log. */
    final class Transaction {
        private final String id;
        private final List<Entry> entries = new ArrayList<>();
        private final List<List<Entry>> partitions = new ArrayList<>();
        private boolean isEnding;

        private Transaction(String id) {
            this.id = id;
        }

        /** The order to commit was sent, but nobody knows when it arrives. */
        void delay() {
            isEnding = true;
        }

        boolean isOpen() {
            return open.contains(this);
        }

        void commit() {
            end(State.COMMITTED);
        }

        void abort() {
            end(State.ABORTED);
        }

        private void end(State state) {
            if (!isOpen()) {
                throw new IllegalStateException("a transaction can end once");
            }
            entries.forEach(entry -> entry.state = state);
            for (List<Entry> partition : partitions) {
                partition.add(new Entry(null, null, null, 0, State.MARKER));
            }
            open.remove(this);
        }
    }

    private final World world;
    private final Map<String, List<List<Entry>>> topics = new HashMap<>();
    private final Map<String, Integer> epochs = new HashMap<>();
    private final List<Transaction> open = new ArrayList<>();

    FakeLog(World world) {
        this.world = world;
    }

    /** Fences what had the id before and ends what it left; the answer is the new epoch. */
    int fence(String transactionalId) {
        for (Transaction left : List.copyOf(open)) {
            if (left.id.equals(transactionalId)) {
                left.abort();
            }
        }
        return epochs.merge(transactionalId, 1, Integer::sum);
    }

    boolean isFenced(String transactionalId, int epoch) {
        return epochs.getOrDefault(transactionalId, 0) != epoch;
    }

    /** Writes the records, which nobody sees before the transaction is committed. */
    Transaction begin(String transactionalId, List<ProducerRecord<byte[], byte[]>> records) {
        Transaction transaction = new Transaction(transactionalId);
        open.add(transaction);
        for (ProducerRecord<byte[], byte[]> next : records) {
            List<Entry> partition = partition(next);
            Entry entry = new Entry(next.key(), next.value(), next.headers(), timestamp(next), State.OPEN);
            partition.add(entry);
            transaction.entries.add(entry);
            if (transaction.partitions.stream().noneMatch(p -> p == partition)) {
                transaction.partitions.add(partition);
            }
        }
        return transaction;
    }

    /** Writes a record outside any transaction. */
    void append(ProducerRecord<byte[], byte[]> next) {
        partition(next).add(new Entry(next.key(), next.value(), next.headers(), timestamp(next), State.COMMITTED));
    }

    /** Late orders arrive, or their transactions time out. */
    void settle() {
        for (Transaction late : List.copyOf(open)) {
            if (late.isEnding && world.random.nextBoolean()) {
                late.commit();
            } else {
                late.abort();
            }
        }
    }

    boolean hasOpen(String topic) {
        return partitions(topic).stream().anyMatch(p -> p.stream().anyMatch(e -> e.state == State.OPEN));
    }

    boolean isEmpty(String topic) {
        return partitions(topic).stream().allMatch(List::isEmpty);
    }

    /**
     * Reads committed records of a partition up to the first that is undecided.
     *
     * @return the offset to go on from
     */
    long read(String topic, int partition, long from, int max, boolean isCommittedOnly, Reader reader) {
        List<Entry> entries = partitions(topic).get(partition);
        int left = max;
        long offset = from;
        while (offset < entries.size() && left > 0) {
            Entry entry = entries.get((int) offset);
            if (isCommittedOnly && entry.state == State.OPEN) {
                break;
            }
            boolean isSeen = isCommittedOnly ? entry.state == State.COMMITTED : entry.state != State.MARKER;
            if (isSeen) {
                reader.read(partition, offset, entry);
                left--;
            }
            offset++;
        }
        return offset;
    }

    void readAll(String topic, Reader reader) {
        for (int partition = 0; partition < partitions(topic).size(); partition++) {
            read(topic, partition, 0, Integer.MAX_VALUE, true, reader);
        }
    }

    void readAll(String topic, Consumer<Entry> reader) {
        readAll(topic, (partition, offset, entry) -> reader.accept(entry));
    }

    /** The offset after the last record that readers of what is committed will ever see. */
    long end(String topic, int partition) {
        List<Entry> entries = partitions(topic).get(partition);
        int end = entries.size();
        while (end > 0 && entries.get(end - 1).state != State.COMMITTED) {
            end--;
        }
        return end;
    }

    private List<Entry> partition(ProducerRecord<byte[], byte[]> next) {
        List<List<Entry>> partitions = partitions(next.topic());
        int hash = next.key() == null ? world.random.nextInt(64) : Arrays.hashCode(next.key());
        return partitions.get(Math.floorMod(hash, partitions.size()));
    }

    private List<List<Entry>> partitions(String topic) {
        return topics.computeIfAbsent(topic, name -> {
            List<List<Entry>> partitions = new ArrayList<>();
            for (int i = 0; i < Bank.PARTITIONS; i++) {
                partitions.add(new ArrayList<>());
            }
            return partitions;
        });
    }

    private long timestamp(ProducerRecord<byte[], byte[]> next) {
        return next.timestamp() == null ? world.clock.millis() : next.timestamp();
    }
}
