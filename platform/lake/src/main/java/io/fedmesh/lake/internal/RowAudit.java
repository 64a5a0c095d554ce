package io.fedmesh.lake.internal;

import io.fedmesh.contract.Quality;
import io.fedmesh.lake.TableRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Counts what rules ask for in the live rows of one snapshot, in one reading of the columns that they name; where only rows are
 * counted nothing but manifests is read. Repeated values are found by a keyed hash of 64 bits, as many at a time as are bounded
 * below, and so in further readings of their columns where there are more. Two values of one hash would count as one that is
 * repeated; the secret is new each time, so that no two values do so twice.
 */
final class RowAudit {
    /** Values remembered at a time: 32 MiB. */
    private static final int MAX_VALUES = 1 << 21;

    private final Table table;
    private final long snapshotId;
    private final SipHash hash;
    private final int maxValues;

    /** @param random the secret's */
    RowAudit(Table table, long snapshotId, RandomGenerator random) {
        this(table, snapshotId, random, MAX_VALUES);
    }

    /** @param maxValues remembered at a time */
    RowAudit(Table table, long snapshotId, RandomGenerator random, int maxValues) {
        this.table = table;
        this.snapshotId = snapshotId;
        this.hash = new SipHash(random.nextLong(), random.nextLong());
        this.maxValues = maxValues;
    }

    /** A rule, what was counted, and of how many rows. */
    record Finding(Quality.Rule rule, long count, long rows) {
        boolean isGood() {
            return rule.demand().isMetBy(count, rows);
        }

        /** For an operator: no value is told. */
        @Override
        public String toString() {
            return "'" + rule.name() + "' " + rule.demand() + " but " + count + " of " + rows + " rows were counted";
        }
    }

    /** In the rules' order. */
    List<Finding> findings(Quality quality) {
        long rows = rows();
        List<Counter> all = new ArrayList<>();
        quality.rules().forEach(rule -> all.add(counter(rule.measure())));
        List<Counter> repeated = all.stream().filter(Repeated.class::isInstance).toList();
        long passes = 1 + rows * repeated.size() / maxValues;
        for (long pass = 0; pass < passes; pass++) {
            count(pass == 0 ? all : repeated, pass, passes);
        }
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Quality.Rule rule = quality.rules().get(i);
            long count = rule.measure() instanceof Quality.RowCount ? rows : all.get(i).count;
            findings.add(new Finding(rule, count, rows));
        }
        return findings;
    }

    /** Live rows, as the manifests tell: every delete of ours is a deletion vector, which knows how many it has. */
    private long rows() {
        long rows = 0;
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshotId).planFiles()) {
            for (FileScanTask task : tasks) {
                rows += task.file().recordCount()
                        - task.deletes().stream()
                                .mapToLong(DeleteFile::recordCount)
                                .sum();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private void count(List<Counter> counters, long pass, long passes) {
        Set<String> names = new LinkedHashSet<>();
        counters.forEach(counter -> names.addAll(counter.fields));
        if (names.isEmpty()) {
            return;
        }
        List<String> order = List.copyOf(names);
        counters.forEach(counter -> counter.begin(order, pass, passes));
        Schema columns = new Schema(order.stream().map(this::column).toList());
        try (CloseableIterable<Record> rows = TableReader.read(table, snapshotId, columns, Expressions.alwaysTrue())) {
            for (Record row : rows) {
                counters.forEach(counter -> counter.take(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Types.NestedField column(String field) {
        Types.NestedField column = table.schema().findField(field);
        if (column == null) {
            throw new TableRefusedException(
                    "[" + table.name() + "] the column '" + field + "' must exist to be audited but does not");
        }
        return column;
    }

    private Counter counter(Quality.Measure measure) {
        if (measure instanceof Quality.NullValues nulls) {
            return new Matching(nulls.field(), value -> value == null);
        }
        if (measure instanceof Quality.MissingValues missing) {
            boolean isNullMissing = missing.nulls() == Quality.Nulls.MISSING;
            return new Matching(
                    missing.field(),
                    value -> value == null ? isNullMissing : missing.values().contains(text(value)));
        }
        if (measure instanceof Quality.UnlistedValues unlisted) {
            return new Matching(
                    unlisted.field(),
                    value -> value != null && !unlisted.values().contains(text(value)));
        }
        if (measure instanceof Quality.UnmatchedValues unmatched) {
            WholeMatch match = new WholeMatch(unmatched.pattern());
            return new Matching(unmatched.field(), value -> value != null && !match.test(text(value)));
        }
        return measure instanceof Quality.DuplicateValues duplicates
                ? new Repeated(duplicates.fields())
                : new Counter(List.of()); // rows are counted without
    }

    /** As a contract writes it, the same for equal values. */
    private static String text(Object value) {
        if (value instanceof BigDecimal number) {
            return Quality.plain(number);
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return Quality.plain(new BigDecimal(number.toString()));
        }
        return value.toString();
    }

    /** Counts rows. */
    private static class Counter {
        final List<String> fields;
        long count;

        Counter(List<String> fields) {
            this.fields = fields;
        }

        /** Before each reading, of these columns. */
        void begin(List<String> columns, long pass, long passes) {}

        void take(Record row) {}
    }

    /** Rows of which a value is such. */
    private static final class Matching extends Counter {
        private final Predicate<@Nullable Object> isCounted;
        private int position;

        Matching(String field, Predicate<@Nullable Object> isCounted) {
            super(List.of(field));
            this.isCounted = isCounted;
        }

        @Override
        void begin(List<String> columns, long pass, long passes) {
            position = columns.indexOf(fields.get(0));
        }

        @Override
        void take(Record row) {
            if (isCounted.test(row.get(position))) {
                count++;
            }
        }
    }

    /** Rows whose values stood in another row before. */
    private final class Repeated extends Counter {
        private int[] positions = {};
        private long pass;
        private long passes;
        private LongSet seen = new LongSet();

        Repeated(List<String> fields) {
            super(fields);
        }

        @Override
        void begin(List<String> columns, long begun, long ofPasses) {
            positions = fields.stream().mapToInt(columns::indexOf).toArray();
            pass = begun;
            passes = ofPasses;
            seen = new LongSet();
        }

        @Override
        void take(Record row) {
            StringBuilder all = new StringBuilder();
            for (int position : positions) {
                Object value = row.get(position);
                if (value == null) {
                    return;
                }
                String text = text(value);
                all.append(text.length()).append(':').append(text);
            }
            byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
            hash.hash(bytes, 0, bytes.length);
            if (Long.remainderUnsigned(hash.low(), passes) == pass && !seen.add(hash.high())) {
                count++;
            }
        }
    }
}
