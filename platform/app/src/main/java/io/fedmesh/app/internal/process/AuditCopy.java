package io.fedmesh.app.internal.process;

import io.fedmesh.access.ProductTables;
import io.fedmesh.access.TableName;
import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditFeed;
import io.fedmesh.govern.audit.AuditSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The record of decisions as a table: one row a record, and whether the rows are what stands on the topic. Stateless. */
public final class AuditCopy {
    /** The table's name. */
    public static final TableName TABLE = TableName.history(AuditSettings.COPY);

    private static final String PARTITION = "mesh_partition";
    private static final String OFFSET = "mesh_offset";

    /** A row of a record that is no event has nothing but its place and what it claims. */
    static final Schema COLUMNS = new Schema(
            Types.NestedField.optional(1, "time", Types.TimestampType.withZone()),
            Types.NestedField.optional(2, "who", Types.StringType.get()),
            Types.NestedField.optional(3, "action", Types.StringType.get()),
            Types.NestedField.optional(4, "resource", Types.StringType.get()),
            Types.NestedField.optional(5, "purpose", Types.StringType.get()),
            Types.NestedField.optional(6, "outcome", Types.StringType.get()),
            Types.NestedField.optional(7, "reasons", Types.ListType.ofRequired(8, Types.StringType.get())),
            Types.NestedField.optional(9, "policy_hash", Types.StringType.get()),
            Types.NestedField.optional(10, "agreements", Types.ListType.ofRequired(11, Types.StringType.get())),
            Types.NestedField.optional(12, "event_id", Types.StringType.get()),
            Types.NestedField.optional(13, "correlation_id", Types.StringType.get()),
            Types.NestedField.required(14, "recorded_at", Types.TimestampType.withZone()),
            Types.NestedField.required(15, PARTITION, Types.IntegerType.get()),
            Types.NestedField.required(16, OFFSET, Types.LongType.get()),
            Types.NestedField.optional(17, "sequence", Types.LongType.get()),
            Types.NestedField.optional(18, "hash", Types.StringType.get()),
            Types.NestedField.optional(19, "previous_hash", Types.StringType.get()));

    private static final List<String> NAMES =
            COLUMNS.columns().stream().map(Types.NestedField::name).toList();

    /** Records that are compared at a time: bounds what is in memory. */
    private static final int WINDOW = 5_000;

    private static final int MOST_DIFFERENCES = 1_000;

    private AuditCopy() {}

    /**
     * How copy and topic compare.
     *
     * @param rows of the copy that were looked at
     * @param behind records of the topic that the copy has not reached yet
     * @param differences where they are not the same, for people and without a record's value; the first so many
     */
    public record Comparison(long rows, long behind, List<String> differences) {
        public Comparison {
            differences = List.copyOf(differences);
        }
    }

    /** The row of a record. */
    static Record row(AuditEntry entry) {
        GenericRecord row = GenericRecord.create(COLUMNS);
        row.setField("recorded_at", utc(entry.appendedAt()));
        row.setField(PARTITION, entry.partition());
        row.setField(OFFSET, entry.offset());
        row.setField("sequence", entry.sequence() < 0 ? null : entry.sequence());
        row.setField("hash", entry.hash());
        row.setField("previous_hash", entry.previous());
        AuditEvent event = entry.event();
        if (event != null) {
            row.setField("time", utc(event.time()));
            row.setField("who", event.who().name());
            row.setField("action", event.action());
            row.setField("resource", event.resource());
            row.setField("purpose", event.purpose());
            row.setField("outcome", event.outcome().name().toLowerCase(Locale.ROOT));
            row.setField("reasons", event.reasons());
            row.setField("policy_hash", event.policyHash());
            row.setField("agreements", event.agreementIds());
            row.setField("event_id", event.id());
            row.setField("correlation_id", event.correlationId());
        }
        return row;
    }

    private static Object utc(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    /**
     * Holds every row of the copy against the record that it is of, and every record that the copy has reached against its
     * row. Rows of records that the topic no longer has, because their retention is over, are left alone.
     *
     * @param copy at one moment; the topic is read afterwards
     * @param feeds the topic's partitions, each read from its beginning; stay the caller's to close
     */
    static Comparison compare(ProductTables.Snapshot copy, int partitions, IntFunction<AuditFeed> feeds) {
        Comparing comparing = new Comparing(copy);
        for (int partition = 0; partition < partitions; partition++) {
            comparing.compare(partition, feeds.apply(partition));
        }
        Expression strange = Expressions.or(
                Expressions.lessThan(PARTITION, 0), Expressions.greaterThanOrEqual(PARTITION, partitions));
        comparing.each(strange, row -> {
            int partition = (Integer) row.getField(PARTITION);
            if (partition < 0 || partition >= partitions) {
                comparing.rows++;
                comparing.differ(partition, (Long) row.getField(OFFSET), "is in the copy and of no partition");
            }
        });
        return new Comparison(comparing.rows, comparing.behind, comparing.differences);
    }

    private static final class Comparing {
        private final ProductTables.Snapshot copy;
        private final List<String> differences = new ArrayList<>();
        private long rows;
        private long behind;

        private Comparing(ProductTables.Snapshot copy) {
            this.copy = copy;
        }

        private void compare(int partition, AuditFeed feed) {
            long reached = copy.offsets().getOrDefault(partition, 0L);
            long from = 0;
            boolean isFirst = true;
            while (true) {
                AuditFeed.Part part = feed.read(from, WINDOW);
                boolean isLast = part.entries().size() < WINDOW;
                // below the first record that is left nobody can tell; behind the last one there must be no row
                long low = isFirst ? part.first() : from;
                window(partition, low, isLast ? Long.MAX_VALUE : part.next(), reached, part.entries());
                if (isLast) {
                    return;
                }
                isFirst = false;
                from = part.next();
            }
        }

        private void window(int partition, long low, long high, long reached, List<AuditEntry> entries) {
            Map<Long, Record> expected = new TreeMap<>();
            for (AuditEntry entry : entries) {
                if (entry.offset() < reached) {
                    expected.put(entry.offset(), row(entry));
                } else {
                    behind++;
                }
            }
            Map<Long, Boolean> seen = new HashMap<>();
            Expression filter = Expressions.and(
                    Expressions.equal(PARTITION, partition),
                    Expressions.greaterThanOrEqual(OFFSET, low),
                    Expressions.lessThan(OFFSET, high));
            each(filter, row -> {
                long offset = (Long) row.getField(OFFSET);
                if ((Integer) row.getField(PARTITION) != partition || offset < low || offset >= high) {
                    return;
                }
                rows++;
                Record wanted = expected.get(offset);
                if (seen.putIfAbsent(offset, true) != null) {
                    differ(partition, offset, "is in the copy more than once");
                } else if (wanted == null) {
                    differ(partition, offset, "is in the copy and not on the topic");
                } else if (!values(wanted).equals(values(row))) {
                    differ(partition, offset, "is another in the copy than on the topic");
                }
            });
            expected.keySet().stream()
                    .filter(offset -> !seen.containsKey(offset))
                    .forEach(offset -> differ(partition, offset, "is on the topic and not in the copy"));
        }

        private void each(Expression filter, java.util.function.Consumer<Record> to) {
            try (CloseableIterable<Record> scanned = copy.scan(NAMES, filter)) {
                scanned.forEach(to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void differ(int partition, long offset, String how) {
            if (differences.size() < MOST_DIFFERENCES) {
                differences.add("[audit copy, partition " + partition + ", offset " + offset + "] the record " + how);
            }
        }

        private static List<@Nullable Object> values(Record row) {
            List<@Nullable Object> values = new ArrayList<>();
            NAMES.forEach(name -> values.add(row.getField(name)));
            return values;
        }
    }
}
