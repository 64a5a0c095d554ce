package io.fedmesh.wire.rejected;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;

/** Partitions in memory with transactions as brokers have them. */
final class FakeLog {
    /** What became of a transaction. */
    enum Fate {
        OPEN,
        COMMITTED,
        ABORTED
    }

    /** A transaction. */
    static final class Transaction {
        Fate fate = Fate.OPEN;
    }

    private record Entry(ConsumerRecord<byte[], byte[]> record, Transaction transaction) {}

    private final Map<TopicPartition, List<Entry>> partitions = new HashMap<>();

    /** Runs when somebody waits for an open transaction. */
    Runnable patience = () -> {
        throw new AssertionError("waits for an open transaction");
    };

    Transaction committed() {
        Transaction transaction = new Transaction();
        transaction.fate = Fate.COMMITTED;
        return transaction;
    }

    long append(ProducerRecord<byte[], byte[]> record, Transaction transaction) {
        TopicPartition partition = partition(record);
        List<Entry> entries = partitions.computeIfAbsent(partition, p -> new ArrayList<>());
        long offset = entries.size();
        entries.add(new Entry(
                new ConsumerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        offset,
                        1_000,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        record.key(),
                        record.value(),
                        record.headers(),
                        Optional.empty()),
                transaction));
        return offset;
    }

    /** A record without a partition goes to the only one. */
    private static TopicPartition partition(ProducerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition() == null ? 0 : record.partition());
    }

    /** What a reader of committed records sees. */
    List<ConsumerRecord<byte[], byte[]>> visible(TopicPartition partition) {
        List<ConsumerRecord<byte[], byte[]>> visible = new ArrayList<>();
        Scan scan = scan(KafkaScan.Isolation.COMMITTED);
        scan.read(partition, 0, scan.end(partition), visible::add);
        return visible;
    }

    Scan scan(KafkaScan.Isolation isolation) {
        return new Scan() {
            @Override
            public int partitions(String topic) {
                return 1;
            }

            @Override
            public long begin(TopicPartition partition) {
                return 0;
            }

            @Override
            public long end(TopicPartition partition) {
                List<Entry> entries = partitions.getOrDefault(partition, List.of());
                for (int i = 0; isolation == KafkaScan.Isolation.COMMITTED && i < entries.size(); i++) {
                    if (entries.get(i).transaction().fate == Fate.OPEN) {
                        return i;
                    }
                }
                return entries.size();
            }

            @Override
            public void read(TopicPartition partition, long from, long to, Taker taker) {
                List<Entry> entries = partitions.getOrDefault(partition, List.of());
                for (long i = from; i < to; i++) {
                    Entry entry = entries.get((int) i);
                    if (isolation == KafkaScan.Isolation.COMMITTED) {
                        if (entry.transaction().fate == Fate.OPEN) {
                            patience.run();
                        }
                        if (entry.transaction().fate == Fate.ABORTED) {
                            continue;
                        }
                    }
                    if (!taker.take(entry.record())) {
                        return;
                    }
                }
            }

            @Override
            public void close() {}
        };
    }

    /** A producer of transactions; what a test does with it happens between its calls. */
    class TransactionalProducer extends MockProducer<byte[], byte[]> {
        private Transaction transaction = new Transaction();

        void begun() {}

        void committing() {}

        @Override
        public void beginTransaction() {
            transaction = new Transaction();
            begun();
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            long offset = append(record, transaction);
            return CompletableFuture.completedFuture(
                    new RecordMetadata(new TopicPartition(record.topic(), record.partition()), offset, 0, 1_000, 0, 0));
        }

        @Override
        public void flush() {}

        @Override
        public void commitTransaction() {
            committing();
            transaction.fate = Fate.COMMITTED;
        }

        @Override
        public void abortTransaction() {
            transaction.fate = Fate.ABORTED;
        }
    }
}
