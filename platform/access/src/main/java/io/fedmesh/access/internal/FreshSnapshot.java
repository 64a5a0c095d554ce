package io.fedmesh.access.internal;

import io.fedmesh.access.ProductTables;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.Watermark;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** A snapshot of a {@code _latest} table with the tail of its topic. */
public final class FreshSnapshot implements ProductTables.Snapshot {
    private static final String VERSION = "mesh_version";

    private final ProductTables.Snapshot snapshot;
    private final List<String> keyFields;
    private final Tail tail;

    public FreshSnapshot(ProductTables.Snapshot snapshot, List<String> keyFields, Tail tail) {
        this.snapshot = snapshot;
        this.keyFields = List.copyOf(keyFields);
        this.tail = tail;
    }

    @Override
    public Schema schema() {
        return snapshot.schema();
    }

    @Override
    public long rowsAtMost() {
        return snapshot.rowsAtMost() + tail.states().size();
    }

    @Override
    public Map<Integer, Long> offsets() {
        return snapshot.offsets();
    }

    @Override
    public List<Map<Integer, Long>> offsetsBefore() {
        return snapshot.offsetsBefore();
    }

    @Override
    public Map<String, Long> counts() {
        return snapshot.counts();
    }

    @Override
    public Map<Integer, Watermark> watermarks() {
        return snapshot.watermarks();
    }

    @Override
    public CloseableIterable<Record> scan(List<String> columns) {
        return scan(columns, Expressions.alwaysTrue());
    }

    /** The filter serves only without a tail: with one, each of its states must meet its entity's row, if there is one. */
    @Override
    public CloseableIterable<Record> scan(List<String> columns, Expression filter) {
        Set<String> read = new LinkedHashSet<>(keyFields);
        read.add(VERSION);
        read.addAll(columns);
        List<String> order = new ArrayList<>(read);
        Schema wanted = new Schema(columns.stream().map(schema()::findField).toList());
        Function<Record, String> keys = Lakehouse.keyTexts(schema(), keyFields);
        int version = keyFields.size();
        int[] positions = columns.stream().mapToInt(order::indexOf).toArray();
        // States that the table knows already, or a newer one of the entity.
        Set<String> known = new HashSet<>();
        CloseableIterable<Record> standing = CloseableIterable.filter(
                snapshot.scan(order, tail.states().isEmpty() ? filter : Expressions.alwaysTrue()), row -> {
                    String key = keys.apply(row);
                    Tail.State state = tail.states().get(key);
                    if (state == null) {
                        return true;
                    }
                    if (Version.parse(row.get(version, String.class)).compareTo(state.version()) < 0) {
                        return false;
                    }
                    known.add(key);
                    return true;
                });
        CloseableIterable<Record> rows = CloseableIterable.transform(standing, row -> {
            Record projected = GenericRecord.create(wanted);
            for (int i = 0; i < positions.length; i++) {
                projected.set(i, row.get(positions[i]));
            }
            return projected;
        });
        // Asked only when the table's rows are through.
        Iterable<Record> newer = () -> tail.states().entrySet().stream()
                .filter(state -> state.getValue().row() != null && !known.contains(state.getKey()))
                .map(state -> project(
                        java.util.Objects.requireNonNull(state.getValue().row()), wanted))
                .iterator();
        return CloseableIterable.concat(List.of(rows, CloseableIterable.withNoopClose(newer)));
    }

    private static Record project(Record row, Schema wanted) {
        Record projected = GenericRecord.create(wanted);
        wanted.columns().forEach(column -> projected.setField(column.name(), row.getField(column.name())));
        return projected;
    }
}
