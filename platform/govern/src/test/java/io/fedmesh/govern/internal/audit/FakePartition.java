package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.CheckpointStore;
import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A partition in memory that fences, and whose commits fail before or after they took place. */
final class FakePartition implements LogPartition {
    /** What all writers share. */
    static final class Broker {
        final List<LoggedRecord> records = new ArrayList<>();
        private int epoch;
        private final Random random;
        private final int faultsInTen;

        Broker(Random random, int faultsInTen) {
            this.random = random;
            this.faultsInTen = faultsInTen;
        }

        private boolean fails() {
            return random.nextInt(10) < faultsInTen;
        }
    }

    /** Checkpoints in memory, in a store that is away when told. */
    static final class Store implements CheckpointStore {
        final TreeMap<Long, byte[]> kept = new TreeMap<>();
        volatile boolean isAway;

        private void answer() {
            if (isAway) {
                throw new AuditUnavailableException("the store is away");
            }
        }

        @Override
        public synchronized boolean putIfAbsent(int partition, long ordinal, byte[] content) {
            answer();
            return kept.putIfAbsent(ordinal, content) == null;
        }

        @Override
        public synchronized Optional<byte[]> read(int partition, long ordinal) {
            answer();
            return Optional.ofNullable(kept.get(ordinal));
        }

        @Override
        public synchronized List<Long> ordinals(int partition) {
            answer();
            return List.copyOf(kept.keySet());
        }
    }

    private final Broker broker;
    private final Store store;
    private int epoch;
    private int doubtfulFrom = Integer.MAX_VALUE;
    private @Nullable LogEnd end;

    FakePartition(Broker broker, Store store) {
        this.broker = broker;
        this.store = store;
    }

    @Override
    public boolean isOpen() {
        return end != null;
    }

    @Override
    public LogEnd end() {
        return Objects.requireNonNull(end);
    }

    @Override
    public Map<ByteBuffer, Link> open() {
        synchronized (broker) {
            close();
            epoch = ++broker.epoch;
            SignedCheckpoint newest = null;
            if (!store.ordinals(0).isEmpty()) {
                try {
                    newest = SignedCheckpoint.open(
                            Objects.requireNonNull(store.kept.lastEntry()).getValue(),
                            (id, text, signature) -> Trust.Verdict.HOLDS);
                } catch (SignedCheckpoint.Unbelievable e) {
                    throw new IllegalStateException(e);
                }
            }
            LogEnd read = LogEnd.at(TestLog.TOPIC, 0, newest);
            Map<ByteBuffer, Link> standing = new HashMap<>();
            int covered = (int) read.next();
            for (int i = Math.min(covered, doubtfulFrom); i < broker.records.size(); i++) {
                LoggedRecord record = broker.records.get(i);
                if (i >= covered) {
                    read.replay(record);
                }
                standing.put(ByteBuffer.wrap(record.value()), record.link());
            }
            doubtfulFrom = Integer.MAX_VALUE;
            end = read;
            return standing;
        }
    }

    @Override
    public List<Link> commit(List<byte[]> values) {
        synchronized (broker) {
            LogEnd known = end();
            doubtfulFrom = broker.records.size();
            if (epoch != broker.epoch || broker.fails()) {
                close();
                throw new IllegalStateException("fenced, or the brokers are away");
            }
            List<Link> links = new ArrayList<>();
            for (byte[] value : values) {
                Link link = known.append(value);
                links.add(link);
                known.standsAt(broker.records.size());
                broker.records.add(new LoggedRecord(broker.records.size(), 0, link, value));
            }
            if (broker.fails()) {
                close();
                throw new IllegalStateException("the answer was lost");
            }
            doubtfulFrom = Integer.MAX_VALUE;
            return links;
        }
    }

    @Override
    public void close() {
        end = null;
    }
}
