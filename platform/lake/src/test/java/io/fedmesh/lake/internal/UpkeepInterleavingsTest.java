package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.junit.jupiter.api.Test;

/** Upkeep of every kind between, beside and within the commits of a sink. {@code -Dupkeep.seeds=N} runs the first N seeds. */
class UpkeepInterleavingsTest {
    /** Tables with and without partitions and an order. */
    private static final int LEAST_SEEDS = 3;

    /** By then everything that is wanted has come up. */
    private static final int MOST_SEEDS = 20;

    private static final Set<String> WANTED = Set.of(
            "compacted", "given up", "in between", "expired", "held", "released", "manifests", "crash", "orphans");

    private static final Set<String> WANTED_OF_AUDITED =
            Set.of("compacted", "in between", "expired", "crash", "published", "published in between");

    /** Whether what is written is seen at once. */
    private enum Kind {
        OPEN,
        AUDITED
    }

    private static final int STEPS = 30;
    private static final int KEYS = 12;

    @Test
    void noRowIsLostAndNoFileIsMissingWhateverComesBetween() {
        runSeeds(Kind.OPEN, WANTED);
    }

    @Test
    void whatReadersSeeIsWhatWasPublishedWhateverBecomesOfWhatIsStaged() {
        runSeeds(Kind.AUDITED, WANTED_OF_AUDITED);
    }

    private static void runSeeds(Kind kind, Set<String> wanted) {
        int least = Integer.getInteger("upkeep.seeds", LEAST_SEEDS);
        Set<String> reached = new TreeSet<>();
        for (long seed = 1; seed <= least || (seed <= MOST_SEEDS && !reached.containsAll(wanted)); seed++) {
            reached.addAll(run(kind, seed, STEPS));
        }
        assertThat(reached).as("what never happened proves nothing").containsAll(wanted);
    }

    @Test
    void aSeedDecidesEverything() {
        List<String> once = run(Kind.OPEN, 5, STEPS / 3);
        assertThat(run(Kind.OPEN, 5, STEPS / 3)).isEqualTo(once).isNotEmpty();
    }

    /** What came up, in order. */
    private static List<String> run(Kind kind, long seed, int steps) {
        Run run = new Run(seed, kind);
        for (int step = 0; step < steps; step++) {
            try {
                run.step();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " step " + step, e);
            }
        }
        run.end();
        return run.reached;
    }

    private static final class Run {
        private final SplittableRandom random;
        private final List<String> reached = new ArrayList<>();
        private final MemoryLake lake = new MemoryLake();
        private final MemorySink sink = new MemorySink(lake);
        /** Everything is an hour old for it. */
        private final Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

        private final List<Compaction.Rewritten> pending = new ArrayList<>();
        private final Map<String, Map<Long, String>> held = new HashMap<>();
        private final Kind kind;
        private int id;
        /** A staged snapshot that is being audited, and its rows; 0 for none. */
        private long audited;

        private Map<Long, String> auditedRows = Map.of();
        private Map<Long, String> publishedRows = Map.of();

        private Run(long seed, Kind kind) {
            this.kind = kind;
            this.random = new SplittableRandom(seed);
            PartitionSpec spec = seed % 2 == 0
                    ? PartitionSpec.unpartitioned()
                    : PartitionSpec.builderFor(MemoryLake.ROW).identity("day").build();
            SortOrder order = seed % 3 == 0
                    ? SortOrder.builderFor(MemoryLake.ROW).asc("id").build()
                    : SortOrder.unsorted();
            lake.create(spec, order);
            if (kind == Kind.AUDITED) {
                lake.audit();
            }
            sinkCommits();
        }

        private void step() {
            switch (random.nextInt(kind == Kind.AUDITED ? 12 : 10)) {
                case 0, 1, 2 -> sinkCommits();
                case 3, 4 -> read();
                case 5, 6 -> commit();
                case 7 -> expire();
                case 8 -> hold();
                case 9 -> merge();
                default -> publish();
            }
            sink.check();
            if (kind == Kind.AUDITED) {
                assertThat(readRows()).as("what readers see").isEqualTo(publishedRows);
            }
            if (random.nextInt(4) == 0) {
                sink.checkLineage();
            }
        }

        private void checkHeld() {
            Table table = lake.load();
            held.forEach((name, rows) -> {
                Snapshot snapshot =
                        table.snapshot(Objects.requireNonNull(Holds.of(table).get(name)));
                assertThat(MemorySink.rows(table, snapshot)).as("held " + name).isEqualTo(rows);
            });
        }

        private void sinkCommits() {
            List<Long> upserts = new ArrayList<>();
            List<Long> deletes = new ArrayList<>();
            for (long key = 0; key < KEYS; key++) {
                int what = random.nextInt(4);
                if (what == 0) {
                    upserts.add(key);
                } else if (what == 1 && sink.expected.containsKey(key)) {
                    deletes.add(key);
                }
            }
            if (upserts.isEmpty()) {
                upserts.add(0L);
                deletes.remove(0L);
            }
            sink.commit(upserts, deletes);
        }

        private void read() {
            CompactionPlan plan = new CompactionPlan(1 << 20, 2 + random.nextInt(2), 1 << 20);
            Compaction.Rewritten read = new Compaction(lake.load(), plan, () -> "upkeep" + id++, pauseMs -> {}).read();
            if (read != null) {
                pending.add(read);
            }
        }

        private void commit() {
            if (pending.isEmpty()) {
                return;
            }
            Compaction.Rewritten next = pending.remove(random.nextInt(pending.size()));
            if (random.nextInt(6) == 0) {
                reach("crash");
                return;
            }
            if (random.nextBoolean()) {
                lake.beforeCommit = () -> {
                    reach("in between");
                    sinkCommits();
                };
            }
            Compaction.Result result = next.commit();
            lake.beforeCommit = () -> {};
            reach(result.filesBefore() > 0 ? "compacted" : "given up");
        }

        private void expire() {
            SnapshotExpiry.Result result =
                    new SnapshotExpiry(lake.load(), later, () -> "upkeep" + id++).run(Duration.ofMinutes(30), 1);
            if (result.files() > 0) {
                reach("expired");
            }
            checkHeld();
        }

        private void hold() {
            Table table = lake.load();
            if (held.isEmpty() || random.nextBoolean()) {
                String name = "case-" + id++;
                held.put(name, MemorySink.rows(table, Objects.requireNonNull(table.currentSnapshot())));
                Holds.place(table, name);
                reach("held");
            } else {
                String name = held.keySet().iterator().next();
                held.remove(name);
                assertThat(Holds.release(table, name)).isTrue();
                reach("released");
            }
        }

        /** Begins an audit, or ends it: what was staged then is published now, whatever was staged since. */
        private void publish() {
            if (audited == 0) {
                Snapshot now = Objects.requireNonNull(lake.load().currentSnapshot());
                audited = now.snapshotId();
                auditedRows = MemorySink.rows(lake.load(), now);
                return;
            }
            if (random.nextInt(3) == 0) {
                lake.beforeCommit = () -> {
                    reach("published in between");
                    sinkCommits();
                };
            }
            try {
                Publication.publish(lake.published(), audited);
                publishedRows = auditedRows;
                reach("published");
            } catch (TablePort.StaleBaseException e) {
                reach("expired before it was published"); // audited anew
            }
            lake.beforeCommit = () -> {};
            audited = 0;
        }

        private Map<Long, String> readRows() {
            Table table = lake.published();
            Snapshot now = table.currentSnapshot();
            return now == null ? Map.of() : MemorySink.rows(table, now);
        }

        private void merge() {
            if (ManifestMerge.run(lake.load(), 3, () -> "upkeep" + id++) > 0) {
                reach("manifests");
            }
        }

        /** Nothing but what snapshots name is left, and everything that they name is there. */
        private void end() {
            pending.clear();
            Orphans orphans = new Orphans(
                    lake::load,
                    folder -> lake.files.stream()
                            .map(file -> new FileInfo(file, 1, System.currentTimeMillis()))
                            .toList(),
                    later);
            assertThat(new Orphans(lake::load, folder -> List.of(), later).delete(Duration.ZERO))
                    .isZero();
            int found = orphans.find(Duration.ofMinutes(30)).size();
            assertThat(orphans.find(Duration.ofHours(2))).as("young files").isEmpty();
            assertThat(orphans.delete(Duration.ofMinutes(30))).isEqualTo(found);
            if (found > 0) {
                reach("orphans");
            }
            assertThat(orphans.find(Duration.ofMinutes(30))).isEmpty();
            sink.check();
            checkHeld();
            Table table = lake.load();
            Set<String> named = new HashSet<>();
            SnapshotFiles.each(
                    table,
                    table.io(),
                    List.copyOf((java.util.Collection<Snapshot>) table.snapshots()),
                    new HashSet<>(),
                    named::add);
            assertThat(lake.files).containsAll(named);
        }

        private void reach(String what) {
            reached.add(what);
        }
    }
}
