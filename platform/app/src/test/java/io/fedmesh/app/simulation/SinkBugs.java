package io.fedmesh.app.simulation;

import io.fedmesh.lake.internal.Change;
import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.KeyEntries;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.KeySet;
import io.fedmesh.lake.internal.LatestPort;
import io.fedmesh.lake.internal.Place;
import io.fedmesh.lake.internal.TablePort;
import io.fedmesh.testkit.ledger.Finding.Kind;
import io.fedmesh.wire.BadRecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mistakes around the sink that somebody has made before, each by another joining of the same core. */
final class SinkBugs {
    private SinkBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "a commit with an unknown outcome is made again without a look",
                        withTables(NaiveRetry::new),
                        Kind.FILE_TWICE),
                new PlantedBug("a zombie's commit is not checked", new UncheckedBase(), Kind.HISTORY_TWICE),
                new PlantedBug("a commit forgets other writers' offsets", new OwnOffsets(), Kind.OFFSETS_WENT_BACK),
                new PlantedBug("a commit forgets other writers' counts", new OwnCounts(), Kind.ACCOUNT_WRONG),
                new PlantedBug(
                        "an index is trusted when its partition comes back",
                        withLatest(Trusting::new),
                        Kind.LATEST_TWICE),
                new PlantedBug(
                        "upkeep between an index and a commit is passed over",
                        withLatest(BlindToUpkeep::new),
                        Kind.OFFSETS_BEHIND),
                new PlantedBug(
                        "a registry's outage is taken for a bad record",
                        withSink(OutageIsPoison::new),
                        Kind.HISTORY_MISSING),
                new PlantedBug("the row of a deleted key stays", withLatest(KeptRow::new), Kind.LATEST_TWICE),
                new PlantedBug("the index changes before the commit", new IndexFirst(), Kind.LATEST_DIFFERENT),
                new PlantedBug("the version guard forgets deletions", new ForgottenDeletions(), Kind.LATEST_EXTRA),
                new PlantedBug(
                        "a rebuilt index knows no deletions",
                        withLatest(RebuildWithoutDeletes::new),
                        Kind.LATEST_EXTRA),
                new PlantedBug("upkeep drops the offsets", new DroppedOffsets(), Kind.OFFSETS_LOST),
                new PlantedBug(
                        "a delete between a compaction's read and its commit is lost",
                        new LostDeletes(),
                        Kind.LATEST_EXTRA),
                new PlantedBug("a second deletion vector stands beside the first", new TwoVectors(), Kind.VECTOR_TWICE),
                new PlantedBug(
                        "a record without a key is dropped", withSink(NullKeyDropped::new), Kind.REJECTED_MISSING),
                new PlantedBug("a refused record is not counted", withSink(NotCounted::new), Kind.ACCOUNT_WRONG),
                new PlantedBug(
                        "the offsets follow the last record and not the highest",
                        withTables(OffsetsWithoutMax::new),
                        Kind.OFFSETS_WENT_BACK),
                new PlantedBug(
                        "a deletion misses the row of its own batch", withSink(MissedInBatch::new), Kind.LATEST_EXTRA),
                new PlantedBug(
                        "nobody looks at the tables while nothing comes",
                        withSink(NeverLooking::new),
                        Kind.HISTORY_MISSING),
                new PlantedBug("undecided records are read", withSink(ReadUncommitted::new), Kind.HISTORY_TWICE),
                new PlantedBug(
                        "the consumer's own offsets are trusted", new TrustedConsumerOffsets(), Kind.HISTORY_MISSING));
    }

    interface Sinks {
        SinkProcess make(World world, int table, FakeKeyIndex.Disk disk);
    }

    private static Wiring withSink(Sinks bug) {
        return new Wiring() {
            @Override
            SinkProcess sink(World world, int table, FakeKeyIndex.Disk disk) {
                return bug.make(world, table, disk);
            }
        };
    }

    private static Wiring withLatest(Function<LatestPort, LatestPort> bug) {
        return new Wiring() {
            @Override
            LatestPort latest(SinkProcess process, LatestPort table) {
                return bug.apply(table);
            }
        };
    }

    private static Wiring withTables(Function<LatestPort, LatestPort> bug) {
        return new Wiring() {
            @Override
            LatestPort latest(SinkProcess process, LatestPort table) {
                return bug.apply(table);
            }

            @Override
            TablePort history(LatestPort table) {
                return bug.apply(table);
            }
        };
    }

    private static final class NaiveRetry extends ForwardingTable {
        private NaiveRetry(LatestPort table) {
            super(table);
        }

        @Override
        public Head commit(Staged staged, Commit commit) {
            try {
                return super.commit(staged, commit);
            } catch (IllegalStateException lost) {
                Head now = head();
                Map<Integer, Move> moves = new HashMap<>();
                commit.moves()
                        .forEach((partition, move) ->
                                moves.put(partition, new Move(now.next(partition), move.to(), move.watermark())));
                return super.commit(
                        staged, new Commit(commit.id() + "-again", commit.epoch(), now, moves, commit.counts()));
            }
        }
    }

    private static final class UncheckedBase extends Wiring {
        @Override
        boolean holds(TablePort.Commit commit, TablePort.Head now) {
            return true;
        }
    }

    private static final class OwnOffsets extends Wiring {
        @Override
        TablePort.Head next(TablePort.Commit commit, TablePort.Head now) {
            TablePort.Head right = super.next(commit, now);
            return new TablePort.Head(
                    right.tableUuid(),
                    right.snapshotId(),
                    commit.on(commit.base(), TablePort.NO_SNAPSHOT).offsets(),
                    right.epoch(),
                    right.commitId(),
                    right.counts(),
                    right.watermarks());
        }
    }

    private static final class OwnCounts extends Wiring {
        @Override
        TablePort.Head next(TablePort.Commit commit, TablePort.Head now) {
            TablePort.Head right = super.next(commit, now);
            return new TablePort.Head(
                    right.tableUuid(),
                    right.snapshotId(),
                    right.offsets(),
                    right.epoch(),
                    right.commitId(),
                    commit.on(commit.base(), TablePort.NO_SNAPSHOT).counts(),
                    right.watermarks());
        }
    }

    private static final class Trusting extends ForwardingTable {
        private Trusting(LatestPort table) {
            super(table);
        }

        @Override
        public @Nullable Tail tail(int partition, long snapshotId, Head head, @Nullable String ownCommitId) {
            Tail right = super.tail(partition, snapshotId, head, ownCommitId);
            return right == null ? null : new Tail(right.fromOffset(), right.files(), false);
        }
    }

    private static final class BlindToUpkeep extends ForwardingTable {
        private BlindToUpkeep(LatestPort table) {
            super(table);
        }

        @Override
        public @Nullable Tail tail(int partition, long snapshotId, Head head, @Nullable String ownCommitId) {
            Tail right = super.tail(partition, snapshotId, head, ownCommitId);
            return right == null
                    ? null
                    : new Tail(
                            right.fromOffset(),
                            right.files(),
                            right.isTouched() && right.fromOffset() != head.next(partition));
        }
    }

    private static final class OutageIsPoison extends SinkProcess {
        private OutageIsPoison(World world, int table, FakeKeyIndex.Disk disk) {
            super(world, table, disk);
        }

        @Override
        void registryIsAway() {
            throw new BadRecordException(BadRecordException.Reason.UNKNOWN_SCHEMA, "the registry is away");
        }
    }

    private static final class NeverLooking extends SinkProcess {
        private NeverLooking(World world, int table, FakeKeyIndex.Disk disk) {
            super(world, table, disk);
        }

        @Override
        void look() {}
    }

    private static final class KeptRow extends ForwardingTable {
        private KeptRow(LatestPort table) {
            super(table);
        }

        @Override
        public Stage stage(Head base) {
            return new ForwardingStage(super.stage(base)) {
                @Override
                public void delete(Place place) {}
            };
        }
    }

    private static final class IndexFirst extends Wiring {
        @Override
        LatestPort latest(SinkProcess process, LatestPort table) {
            return new ForwardingTable(table) {
                @Override
                public Stage stage(Head base) {
                    return new ForwardingStage(super.stage(base)) {
                        @Override
                        public Place append(Change change) {
                            Place place = super.append(change);
                            process.disk
                                    .part(change.partition())
                                    .put(change.key(), new KeyIndex.Entry(change.version(), place));
                            return place;
                        }
                    };
                }
            };
        }
    }

    private static final class ForgottenDeletions extends Wiring {
        @Override
        KeyIndex index(KeyIndex index) {
            return new KeyIndex() {
                @Override
                public @Nullable Stand stand() {
                    return index.stand();
                }

                @Override
                public KeySet keys() {
                    return index.keys();
                }

                @Override
                public KeyEntries find(KeySet keys) {
                    Map<Key, Entry> found = new Changes(keys, index.find(keys)).byKey();
                    found.values().removeIf(entry -> entry.place() == null);
                    return KeyEntries.of(keys, found::get);
                }

                @Override
                public void apply(Stand stand, Changes changes) {
                    index.apply(stand, changes);
                }

                @Override
                public void rebuild(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
                    index.rebuild(stand, rows);
                }

                @Override
                public void replay(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
                    index.replay(stand, rows);
                }

                @Override
                public void close() {
                    index.close();
                }
            };
        }
    }

    private static final class RebuildWithoutDeletes extends ForwardingTable {
        private RebuildWithoutDeletes(LatestPort table) {
            super(table);
        }

        @Override
        public void deletes(int partition, long fromOffset, long beforeOffset, BiConsumer<Key, KeyIndex.Entry> rows) {}
    }

    private static final class LostDeletes extends Wiring {
        @Override
        List<BitSet> lateDeletes(BitSet positions) {
            return List.of();
        }
    }

    private static final class DroppedOffsets extends Wiring {
        @Override
        Map<Integer, Long> carried(Map<Integer, Long> offsets) {
            return Map.of();
        }
    }

    private static final class TwoVectors extends Wiring {
        @Override
        List<BitSet> vectors(List<BitSet> before, BitSet brought) {
            List<BitSet> both = new ArrayList<>(before);
            both.add(brought);
            return both;
        }
    }

    private static final class NullKeyDropped extends SinkProcess {
        private NullKeyDropped(World world, int table, FakeKeyIndex.Disk disk) {
            super(world, table, disk);
        }

        @Override
        void take(int partition, long offset, FakeLog.Entry entry) {
            if (entry.key != null) {
                super.take(partition, offset, entry);
            }
        }
    }

    private static final class NotCounted extends SinkProcess {
        private NotCounted(World world, int table, FakeKeyIndex.Disk disk) {
            super(world, table, disk);
        }

        @Override
        void refuse(int partition, long offset, FakeLog.Entry entry, BadRecordException why) {
            sendRejected(partition, offset, entry, why);
        }
    }

    /** A record that comes late takes the offsets back with it. */
    private static final class OffsetsWithoutMax extends ForwardingTable {
        private static final long LATE = 3;

        private OffsetsWithoutMax(LatestPort table) {
            super(table);
        }

        @Override
        public Head commit(Staged staged, Commit commit) {
            Map<Integer, Move> moves = new HashMap<>(commit.moves());
            moves.replaceAll(
                    (partition, move) -> new Move(move.from(), Math.max(0, move.to() - LATE), move.watermark()));
            return super.commit(staged, new Commit(commit.id(), commit.epoch(), commit.base(), moves, commit.counts()));
        }
    }

    private static final class MissedInBatch extends SinkProcess {
        private final Set<String> inBatch = new HashSet<>();
        private Map<Integer, Long> flushed = Map.of();

        private MissedInBatch(World world, int table, FakeKeyIndex.Disk disk) {
            super(world, table, disk);
        }

        @Override
        void take(int partition, long offset, FakeLog.Entry entry) {
            if (!flushed.equals(core.offsets())) {
                flushed = core.offsets();
                inBatch.clear();
            }
            String key = entry.key == null ? "" : new String(entry.key, StandardCharsets.UTF_8);
            if (entry.value == null && inBatch.contains(key)) {
                return;
            }
            inBatch.add(key);
            super.take(partition, offset, entry);
        }
    }

    private static final class ReadUncommitted extends SinkProcess {
        private ReadUncommitted(World world, int table, FakeKeyIndex.Disk disk) {
            super(world, table, disk);
        }

        @Override
        boolean isReadingCommittedOnly() {
            return false;
        }
    }

    /** Offsets are committed to the broker when they are read, and win over the table's. */
    private static final class TrustedConsumerOffsets extends Wiring {
        @Override
        SinkProcess sink(World world, int table, FakeKeyIndex.Disk disk) {
            Map<String, Long> group = world.groupOffsets;
            return new SinkProcess(world, table, disk) {
                @Override
                long readFrom(int partition, long tables) {
                    return group.getOrDefault(table + ":" + partition, 0L);
                }

                @Override
                void read(int partition, long next) {
                    group.merge(table + ":" + partition, next, Math::max);
                }
            };
        }
    }
}
