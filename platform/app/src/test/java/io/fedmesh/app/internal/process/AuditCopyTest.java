package io.fedmesh.app.internal.process;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.access.ProductTables;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditFeed;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.lake.LogTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Topic and table in memory: offsets have holes as a transactional topic's have, answers are lost, processes die. */
class AuditCopyTest {
    private static final Instant AT = Instant.parse("2026-11-26T08:00:00.123456789Z");

    private final Log log = new Log();
    private final Table table = new Table();

    /** A topic. */
    private static final class Log {
        private final Map<Integer, TreeMap<Long, AuditEntry>> partitions = new HashMap<>();
        private final Map<Integer, Long> begins = new HashMap<>();
        private final Map<Integer, Long> ends = new HashMap<>();

        void add(int partition, int records) {
            for (int i = 0; i < records; i++) {
                long offset = ends.getOrDefault(partition, 0L);
                var entries = partitions.computeIfAbsent(partition, p -> new TreeMap<>());
                entries.put(offset, entry(partition, offset, entries.size(), "ann"));
                ends.put(partition, offset + 1);
            }
            ends.merge(partition, 1L, Long::sum); // the transaction's marker
        }

        AuditFeed.Part read(int partition, long from, int most) {
            long end = ends.getOrDefault(partition, 0L);
            if (from > end) {
                throw new IllegalStateException("[audit partition " + partition + "] must reach to " + from);
            }
            long first = Math.max(from, begins.getOrDefault(partition, 0L));
            List<AuditEntry> entries =
                    partitions.getOrDefault(partition, new TreeMap<>()).tailMap(first).values().stream()
                            .limit(most)
                            .toList();
            return new AuditFeed.Part(
                    first,
                    entries,
                    entries.size() == most ? entries.get(most - 1).offset() + 1 : end);
        }

        AuditFeed feed(int partition) {
            return new AuditFeed() {
                @Override
                public Part read(long from, int most) {
                    return Log.this.read(partition, from, most);
                }

                @Override
                public void close() {}
            };
        }
    }

    /** What happens to the next append. */
    private enum Fault {
        NONE,
        NOT_DONE,
        DONE_AND_UNTOLD,
        ANOTHER_FIRST
    }

    /** A table. */
    private static final class Table implements ProductTables.Snapshot {
        private final List<Record> rows = new ArrayList<>();
        private final Map<Integer, Long> offsets = new HashMap<>();
        private int commits;

        boolean append(List<LogTable.Step> steps) {
            if (steps.stream().anyMatch(step -> offsets.getOrDefault(step.partition(), 0L) != step.from())) {
                return false;
            }
            commits++;
            for (LogTable.Step step : steps) {
                offsets.put(step.partition(), step.to());
                rows.addAll(step.rows());
            }
            return true;
        }

        @Override
        public Schema schema() {
            return AuditCopy.COLUMNS;
        }

        @Override
        public long rowsAtMost() {
            return rows.size();
        }

        @Override
        public Map<Integer, Long> offsets() {
            return Map.copyOf(offsets);
        }

        @Override
        public List<Map<Integer, Long>> offsetsBefore() {
            return List.of();
        }

        @Override
        public Map<String, Long> counts() {
            return Map.of();
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns) {
            return CloseableIterable.withNoopClose(List.copyOf(rows)); // more than asked for, as a scan may
        }
    }

    /** What a process has of both. */
    private static final class Parts implements AuditCopyComponent.Parts {
        private final Log log;
        private final Table table;
        private Fault next = Fault.NONE;
        private int kept;

        Parts(Log log, Table table) {
            this.log = log;
            this.table = table;
        }

        @Override
        public Map<Integer, Long> offsets() {
            return table.offsets();
        }

        @Override
        public AuditFeed.Part read(int partition, long from, int most) {
            return log.read(partition, from, most);
        }

        @Override
        public boolean append(List<LogTable.Step> steps) {
            Fault fault = next;
            next = Fault.NONE;
            return switch (fault) {
                case NONE -> table.append(steps);
                case NOT_DONE -> throw new IllegalArgumentException("away");
                case DONE_AND_UNTOLD -> {
                    assertThat(table.append(steps)).isTrue();
                    throw new IllegalArgumentException("the answer was lost");
                }
                case ANOTHER_FIRST -> {
                    assertThat(table.append(steps)).isTrue();
                    yield table.append(steps);
                }
            };
        }

        @Override
        public void keep() {
            kept++;
        }

        @Override
        public void deleteOrphans() {}

        @Override
        public void close() {}
    }

    private static AuditEntry entry(int partition, long offset, long sequence, @Nullable String who) {
        return new AuditEntry(
                partition,
                offset,
                sequence,
                "hash" + sequence,
                "previous" + sequence,
                AT.plusMillis(1),
                who == null
                        ? null
                        : new AuditEvent(
                                "id" + sequence,
                                AT,
                                new Principal(who),
                                "product.read",
                                "yard.crate",
                                "to count",
                                AuditEvent.Outcome.DENIED,
                                List.of("no agreement"),
                                sequence % 2 == 0 ? null : "policy",
                                List.of("a-1"),
                                "request"));
    }

    private AuditCopy.Comparison compare() {
        return AuditCopy.compare(table, AuditSettings.PARTITIONS, log::feed);
    }

    @Test
    void everyRecordIsCopiedOnceWhateverIsLostAndWhoeverElseCopies() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Log written = new Log();
            Table copy = new Table();
            List<Parts> processes = List.of(new Parts(written, copy), new Parts(written, copy));
            List<AuditCopyComponent> components = processes.stream()
                    .map(parts -> new AuditCopyComponent(parts, () -> 0))
                    .toList();
            for (int round = 0; round < 20; round++) {
                written.add(random.nextInt(AuditSettings.PARTITIONS), random.nextInt(round % 8 == 0 ? 700 : 20));
                int one = random.nextInt(2);
                processes.get(one).next = Fault.values()[random.nextInt(Fault.values().length)];
                components.get(one).look();
            }
            processes.get(0).next = Fault.NONE;
            components.get(0).look();

            AuditCopy.Comparison same = AuditCopy.compare(copy, AuditSettings.PARTITIONS, written::feed);
            assertThat(same.differences()).as("seed " + seed).isEmpty();
            assertThat(same.behind()).as("seed " + seed).isZero();
            assertThat(same.rows())
                    .as("seed " + seed)
                    .isEqualTo(written.partitions.values().stream()
                            .mapToLong(Map::size)
                            .sum());
            assertThat(components.get(0).health()).isEqualTo(Health.of(Health.State.RUNNING));
        }
    }

    @Test
    void anOutageHoldsAndWithoutNewsNothingIsCommitted() {
        Parts parts = new Parts(log, table);
        long[] nanos = {0};
        AuditCopyComponent component = new AuditCopyComponent(parts, () -> nanos[0]);
        log.add(0, 2);
        parts.next = Fault.NOT_DONE;
        component.look();
        assertThat(component.health().state()).isEqualTo(Health.State.HOLDING);
        assertThat(component.health().message()).contains("away");

        component.look();
        component.look();
        assertThat(component.health()).isEqualTo(Health.of(Health.State.RUNNING));
        assertThat(table.commits).isEqualTo(1);
        assertThat(parts.kept).isZero();
        nanos[0] = Duration.ofMinutes(11).toNanos();
        component.look();
        component.look();
        assertThat(parts.kept).isEqualTo(1);
        assertThat(table.commits).isEqualTo(1);
    }

    @Test
    void aTopicThatEndsBeforeItsCopyHoldsAndSaysSo() {
        AuditCopyComponent component = new AuditCopyComponent(new Parts(log, table), () -> 0);
        log.add(1, 5);
        component.look();
        log.ends.put(1, 3L);
        component.look();
        assertThat(component.health().state()).isEqualTo(Health.State.HOLDING);
        assertThat(component.health().message()).contains("[audit partition 1] must reach to 6");
    }

    @Test
    void recordsThatTheTopicNoLongerHasStayInTheCopyAndThoseThatCameTooLateAreLeftOut() {
        AuditCopyComponent component = new AuditCopyComponent(new Parts(log, table), () -> 0);
        log.add(0, 4);
        component.look();
        log.add(0, 4);
        requireNonNull(log.partitions.get(0)).headMap(7L).clear();
        log.begins.put(0, 7L);
        component.look();

        assertThat(table.rows).extracting(row -> row.getField("mesh_offset")).containsExactly(0L, 1L, 2L, 3L, 7L, 8L);
        assertThat(compare()).isEqualTo(new AuditCopy.Comparison(2, 0, List.of()));
    }

    @Test
    void aRowSaysWhoWhatWhyAndWhatCameOfIt() {
        Record row = AuditCopy.row(entry(2, 7, 5, "ann"));

        assertThat(IntStream.range(0, row.size()).mapToObj(row::get).map(String::valueOf))
                .containsExactly(
                        "2026-11-26T08:00:00.123456Z",
                        "ann",
                        "product.read",
                        "yard.crate",
                        "to count",
                        "denied",
                        "[no agreement]",
                        "policy",
                        "[a-1]",
                        "id5",
                        "request",
                        "2026-11-26T08:00:00.124456Z",
                        "2",
                        "7",
                        "5",
                        "hash5",
                        "previous5");
        Record none = AuditCopy.row(new AuditEntry(2, 7, -1, null, null, AT, null));
        assertThat(none.getField("mesh_offset")).isEqualTo(7L);
        assertThat(none.getField("sequence")).isNull();
        assertThat(none.getField("who")).isNull();
    }

    @Test
    void everyDifferenceBetweenCopyAndTopicIsFound() {
        AuditCopyComponent component = new AuditCopyComponent(new Parts(log, table), () -> 0);
        log.add(0, 12);
        log.add(3, 4);
        component.look();
        log.add(0, 3);
        assertThat(compare()).isEqualTo(new AuditCopy.Comparison(16, 3, List.of()));

        for (String column :
                List.of("who", "outcome", "reasons", "agreements", "policy_hash", "time", "hash", "sequence")) {
            Record row = table.rows.get(5);
            Object value = row.getField(column);
            row.setField(column, null);
            assertThat(compare().differences())
                    .as(column)
                    .containsExactly(
                            "[audit copy, partition 0, offset 5] the record is another in the copy than on the topic");
            row.setField(column, value);
        }
        Record gone = table.rows.remove(15);
        assertThat(compare().differences())
                .containsExactly("[audit copy, partition 3, offset 3] the record is on the topic and not in the copy");
        table.rows.add(gone);
        table.rows.add(table.rows.get(2));
        table.rows.add(AuditCopy.row(entry(0, 99, 40, "eve")));
        table.rows.add(AuditCopy.row(entry(4, 0, 0, "eve")));
        assertThat(compare().differences())
                .containsExactly(
                        "[audit copy, partition 0, offset 2] the record is in the copy more than once",
                        "[audit copy, partition 0, offset 99] the record is in the copy and not on the topic",
                        "[audit copy, partition 4, offset 0] the record is in the copy and of no partition");
    }
}
