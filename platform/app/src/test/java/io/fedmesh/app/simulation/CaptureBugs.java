package io.fedmesh.app.simulation;

import io.fedmesh.cdc.internal.Change;
import io.fedmesh.cdc.internal.EventLog;
import io.fedmesh.cdc.internal.LiveKeys;
import io.fedmesh.cdc.internal.OutageException;
import io.fedmesh.cdc.internal.Position;
import io.fedmesh.cdc.internal.Product;
import io.fedmesh.testkit.ledger.Finding.Kind;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Mistakes around capture that somebody has made before, each by another joining of the same core. */
final class CaptureBugs {
    private CaptureBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "the position is committed before the events", withLog(PositionFirst::new), Kind.TOPIC_MISSING),
                new PlantedBug(
                        "a commit with an unknown outcome is sent again without a look",
                        withLog(NaiveRetry::new),
                        Kind.TOPIC_TWICE),
                new PlantedBug("the transactional id is drawn anew", new RandomTransactionalId(), Kind.TOPIC_TWICE),
                new PlantedBug(
                        "changes are told apart by their LSN alone", withCapture(LsnOnly::new), Kind.TOPIC_MISSING),
                new PlantedBug(
                        "the mark of an unchanged TOAST value is published",
                        withCapture(PlaceholderWritten::new),
                        Kind.TOPIC_DIFFERENT),
                new PlantedBug(
                        "a changed key leaves its old row behind",
                        withCapture(KeyChangeWithoutDelete::new),
                        Kind.LATEST_EXTRA),
                new PlantedBug(
                        "a restart goes on inside a transaction",
                        withCapture(RestartInsideTransaction::new),
                        Kind.TOPIC_MISSING),
                new PlantedBug(
                        "the slot is confirmed as far as it was read",
                        withCapture(ConfirmedAsRead::new),
                        Kind.TOPIC_MISSING),
                new PlantedBug(
                        "the last published change counts as new", withLog(LastCountsAsNew::new), Kind.TOPIC_TWICE),
                new PlantedBug(
                        "a torn file of offsets reads as no offset", withCapture(TornOffsets::new), Kind.TOPIC_MISSING),
                new PlantedBug(
                        "a slot that is gone is made anew in silence",
                        withCapture(SlotMadeAnew::new),
                        Kind.TOPIC_MISSING),
                new PlantedBug("a TRUNCATE is passed over in silence", new SilentTruncate(), Kind.LATEST_EXTRA));
    }

    private static Wiring withLog(Function<EventLog, EventLog> bug) {
        return new Wiring() {
            @Override
            EventLog eventLog(FakeEventLog log) {
                return bug.apply(log);
            }
        };
    }

    private static Wiring withCapture(Function<World, CaptureProcess> bug) {
        return new Wiring() {
            @Override
            CaptureProcess capture(World world) {
                return bug.apply(world);
            }
        };
    }

    private static final class PositionFirst extends ForwardingLog {
        private PositionFirst(EventLog log) {
            super(log);
        }

        @Override
        public Outcome commit(List<ProducerRecord<byte[], byte[]>> records, Position position) {
            Outcome first = super.commit(List.of(), position);
            return first == Outcome.COMMITTED && !records.isEmpty() ? super.commit(records, position) : first;
        }
    }

    private static final class NaiveRetry extends ForwardingLog {
        private NaiveRetry(EventLog log) {
            super(log);
        }

        @Override
        public Outcome commit(List<ProducerRecord<byte[], byte[]>> records, Position position) {
            Outcome outcome = super.commit(records, position);
            if (outcome == Outcome.UNKNOWN) {
                try {
                    super.open();
                } catch (OutageException e) {
                    return outcome;
                }
                return super.commit(records, position);
            }
            return outcome;
        }
    }

    private static class ForwardingLog implements EventLog {
        private final EventLog log;

        private ForwardingLog(EventLog log) {
            this.log = log;
        }

        @Override
        public Optional<Position> open() {
            return log.open();
        }

        @Override
        public Outcome commit(List<ProducerRecord<byte[], byte[]>> records, Position position) {
            return log.commit(records, position);
        }

        @Override
        public void close() {
            log.close();
        }
    }

    private static final class RandomTransactionalId extends Wiring {
        @Override
        String transactionalId(World world) {
            return world.id("transactional");
        }
    }

    private static final class LsnOnly extends CaptureProcess {
        private long last;

        private LsnOnly(World world) {
            super(world);
        }

        @Override
        void hand(List<Change> batch) {
            List<Change> kept = new ArrayList<>();
            for (Change change : batch) {
                if (!(change instanceof Change.Row row) || row.op() == Op.READ || row.lsn() != last) {
                    kept.add(change);
                }
                if (change instanceof Change.Row row) {
                    last = row.lsn();
                }
            }
            super.hand(kept);
        }
    }

    private static final class PlaceholderWritten extends CaptureProcess {
        private PlaceholderWritten(World world) {
            super(world);
        }

        @Override
        void hand(List<Change> batch) {
            super.hand(batch.stream().map(PlaceholderWritten::unchanged).toList());
        }

        private static Change unchanged(Change change) {
            if (!(change instanceof Change.Row row) || row.op() != Op.UPDATE || row.value() == null) {
                return change;
            }
            boolean isLarge = Encoding.isReadable(row.value())
                    && Encoding.decode(row.value()).startsWith(Encoding.LARGE);
            byte[] value = isLarge ? Encoding.encode("__debezium_unavailable_value") : row.value();
            return new Change.Row(
                    row.product(),
                    row.op(),
                    row.key(),
                    value,
                    row.commitLsn(),
                    row.lsn(),
                    row.transaction(),
                    row.committedAtMicros(),
                    row.refusal());
        }
    }

    private static final class KeyChangeWithoutDelete extends CaptureProcess {
        private KeyChangeWithoutDelete(World world) {
            super(world);
        }

        @Override
        void hand(List<Change> batch) {
            List<Change> kept = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                boolean isMove = i + 1 < batch.size()
                        && batch.get(i) instanceof Change.Row gone
                        && gone.op() == Op.DELETE
                        && batch.get(i + 1) instanceof Change.Row made
                        && made.lsn() == gone.lsn();
                if (!isMove) {
                    kept.add(batch.get(i));
                }
            }
            super.hand(kept);
        }
    }

    /** As Debezium did when it took the LSN of the last event for processed, whatever else stood there. */
    private static final class RestartInsideTransaction extends CaptureProcess {
        private @Nullable Version processed;

        private RestartInsideTransaction(World world) {
            super(world);
        }

        @Override
        long resumeAt(Position position) {
            processed = position.lastVersion();
            return super.resumeAt(position);
        }

        @Override
        void hand(List<Change> batch) {
            Version at = processed;
            super.hand(batch.stream()
                    .filter(change -> at == null
                            || !(change instanceof Change.Row row)
                            || row.commitLsn() != at.commitLsn()
                            || row.lsn() > at.lsn())
                    .toList());
        }
    }

    private static final class ConfirmedAsRead extends CaptureProcess {
        private ConfirmedAsRead(World world) {
            super(world);
        }

        @Override
        long confirmable(long fetchedLsn) {
            return fetchedLsn;
        }
    }

    /** {@code >=} for {@code >} where a change is compared with the last one that was published. */
    private static final class LastCountsAsNew extends ForwardingLog {
        private LastCountsAsNew(EventLog log) {
            super(log);
        }

        @Override
        public Optional<Position> open() {
            return super.open().map(LastCountsAsNew::before);
        }

        private static Position before(Position position) {
            Version last = position.lastVersion();
            if (last == null || last.lsn() == 0) {
                return position;
            }
            Version earlier = last.index() > 0
                    ? new Version(last.commitLsn(), last.lsn(), last.index() - 1)
                    : new Version(last.commitLsn(), last.lsn() - 1, Integer.MAX_VALUE);
            return new Position(
                    position.systemId(),
                    position.timeline(),
                    position.snapshotComplete(),
                    position.commitLsn(),
                    earlier,
                    position.sequence(),
                    position.writer(),
                    position.products());
        }
    }

    /** As a file that is written in place: a death tears it, and without an offset the stream begins at the log's end. */
    private static final class TornOffsets extends CaptureProcess {
        private TornOffsets(World world) {
            super(world);
        }

        @Override
        long resumeAt(Position position) {
            return world.random.nextInt(4) == 0 ? world.source.end() : super.resumeAt(position);
        }
    }

    /** The slot expired, and nobody says so: it is made anew where the log stands now. */
    private static final class SlotMadeAnew extends CaptureProcess {
        private SlotMadeAnew(World world) {
            super(world);
        }

        @Override
        long resumeAt(Position position) {
            if (world.random.nextInt(4) == 0) {
                world.source.confirm(world.source.end());
            }
            return super.resumeAt(position);
        }
    }

    private static final class SilentTruncate extends Wiring {
        @Override
        LiveKeys liveKeys(LiveKeys keys) {
            return new LiveKeys() {
                @Override
                public boolean isEmpty(Product product) {
                    return keys.isEmpty(product);
                }

                @Override
                public void forEach(Product product, Consumer<String> key) {}
            };
        }
    }
}
