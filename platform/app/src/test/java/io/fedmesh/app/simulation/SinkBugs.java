package io.fedmesh.app.simulation;

import io.fedmesh.lake.internal.Change;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.LatestPort;
import io.fedmesh.lake.internal.Place;
import io.fedmesh.lake.internal.TablePort;
import io.fedmesh.testkit.ledger.Finding.Kind;
import io.fedmesh.wire.BadRecordException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
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
                new PlantedBug("a zombie's commit is not checked", withTables(UncheckedBase::new), Kind.HISTORY_TWICE),
                new PlantedBug("the row of a deleted key stays", withLatest(KeptRow::new), Kind.LATEST_TWICE),
                new PlantedBug("the index changes before the commit", new IndexFirst(), Kind.LATEST_DIFFERENT),
                new PlantedBug("the version guard forgets deletions", new ForgottenDeletions(), Kind.LATEST_EXTRA),
                new PlantedBug(
                        "a rebuilt index knows no deletions",
                        withLatest(RebuildWithoutDeletes::new),
                        Kind.LATEST_EXTRA),
                new PlantedBug("upkeep drops the offsets", new DroppedOffsets(), Kind.OFFSETS_LOST),
                new PlantedBug("a second deletion vector stands beside the first", new TwoVectors(), Kind.VECTOR_TWICE),
                new PlantedBug(
                        "a record without a key is dropped", withSink(NullKeyDropped::new), Kind.REJECTED_MISSING),
                new PlantedBug("a refused record is not counted", withSink(NotCounted::new), Kind.ACCOUNT_WRONG),
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
                return super.commit(
                        staged,
                        new Commit(commit.id() + "-again", commit.epoch(), head(), commit.offsets(), commit.counts()));
            }
        }
    }

    private static final class UncheckedBase extends ForwardingTable {
        private UncheckedBase(LatestPort table) {
            super(table);
        }

        @Override
        public Head commit(Staged staged, Commit commit) {
            return super.commit(
                    staged, new Commit(commit.id(), commit.epoch(), head(), commit.offsets(), commit.counts()));
        }
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
                            process.disk.put(change.key(), new KeyIndex.Entry(change.version(), place));
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
                public @Nullable Entry find(String key) {
                    Entry entry = index.find(key);
                    return entry == null || entry.place() == null ? null : entry;
                }

                @Override
                public void apply(Stand stand, Map<String, Entry> changes) {
                    index.apply(stand, changes);
                }

                @Override
                public void rebuild(Stand stand, Consumer<BiConsumer<String, Entry>> rows) {
                    index.rebuild(stand, rows);
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
        public void deletes(Map<Integer, Long> before, BiConsumer<String, KeyIndex.Entry> rows) {}
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
            Map<String, Long> group = world.groups;
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
