package io.fedmesh.access.internal;

import io.fedmesh.access.ProductTables;
import io.fedmesh.access.TableName;
import io.fedmesh.contract.Mask;
import io.fedmesh.govern.Lens;
import io.fedmesh.lake.Watermark;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A table as a reader may see it: hidden columns are not there, masked ones hold what their mask leaves, and rows that are not
 * shown do not come. Whatever asks above it, however, finds nothing else.
 */
final class ShownSnapshot implements ProductTables.Snapshot {
    private static final String KEY = "mesh_key";
    private static final String OP = "mesh_op";
    private static final String DELETED = "d";

    private final ProductTables.Snapshot whole;
    private final Lens lens;
    private final boolean isHistory;
    private final Schema schema;

    ShownSnapshot(ProductTables.Snapshot whole, Lens lens, TableName.Kind kind) {
        this.whole = whole;
        this.lens = lens;
        this.isHistory = kind == TableName.Kind.HISTORY;
        this.schema = new Schema(whole.schema().columns().stream()
                .filter(column -> isShown(column.name()))
                .map(this::shown)
                .toList());
    }

    @Override
    public Schema schema() {
        return schema;
    }

    /** Whether a column's values are those that lie in the files, so that a reader of files may look at them. */
    @Override
    public boolean isPlain(String column) {
        return isShown(column)
                && (isPlatforms(column) ? !column.equals(KEY) : lens.mask(column) == null)
                && whole.isPlain(column);
    }

    @Override
    public Set<String> hidden() {
        Set<String> hidden = new LinkedHashSet<>();
        whole.schema().columns().stream()
                .map(Types.NestedField::name)
                .filter(column -> !isShown(column))
                .forEach(hidden::add);
        return hidden;
    }

    @Override
    public long rowsAtMost() {
        return whole.rowsAtMost();
    }

    @Override
    public Map<Integer, Long> offsets() {
        return whole.offsets();
    }

    @Override
    public List<Map<Integer, Long>> offsetsBefore() {
        return whole.offsetsBefore();
    }

    /** None: it counts rows that are not shown. */
    @Override
    public Map<String, Long> counts() {
        return Map.of();
    }

    @Override
    public Map<Integer, Watermark> watermarks() {
        return whole.watermarks();
    }

    @Override
    public CloseableIterable<Record> scan(List<String> columns) {
        return shown(columns, whole.scan(read(columns)));
    }

    /**
     * As the other.
     *
     * @throws org.apache.iceberg.exceptions.ValidationException when the filter names a column that is not {@link #isPlain
     *     plain}: it would tell what the column does not show
     */
    @Override
    public CloseableIterable<Record> scan(List<String> columns, Expression filter) {
        Schema plain = new Schema(schema.columns().stream()
                .filter(column -> isPlain(column.name()))
                .toList());
        Binder.boundReferences(plain.asStruct(), List.of(filter), true);
        return shown(columns, whole.scan(read(columns), filter));
    }

    private CloseableIterable<Record> shown(List<String> columns, CloseableIterable<Record> rows) {
        List<String> order = read(columns);
        Schema wanted = new Schema(columns.stream().map(schema::findField).toList());
        int[] positions = columns.stream().mapToInt(order::indexOf).toArray();
        int op = order.indexOf(OP);
        boolean showsDeletes = !isHistory || lens.showsAbsence();
        CloseableIterable<Record> admitted = CloseableIterable.filter(
                rows,
                row -> (showsDeletes || !DELETED.equals(String.valueOf(row.get(op))))
                        && lens.admits(field -> {
                            int at = order.indexOf(field);
                            return at < 0 ? null : row.get(at);
                        }));
        return CloseableIterable.transform(admitted, row -> {
            Record shown = GenericRecord.create(wanted);
            for (int i = 0; i < positions.length; i++) {
                shown.set(i, value(columns.get(i), row.get(positions[i])));
            }
            return shown;
        });
    }

    private @Nullable Object value(String column, @Nullable Object value) {
        if (column.equals(KEY)) {
            return value == null ? null : lens.key(value.toString());
        }
        return isPlatforms(column) ? value : lens.value(column, value);
    }

    /** What must be read: what is wanted, what the filter looks at, and in a history what happened. */
    private List<String> read(List<String> columns) {
        for (String column : columns) {
            if (!isShown(column)) {
                throw new IllegalArgumentException("a column must be shown to be read but '" + column + "' is not");
            }
        }
        Set<String> read = new LinkedHashSet<>(columns);
        lens.filterFields().stream()
                .filter(field -> whole.schema().findField(field) != null)
                .forEach(read::add);
        if (isHistory) {
            read.add(OP);
        }
        return new ArrayList<>(read);
    }

    private boolean isShown(String column) {
        return isPlatforms(column) || lens.shows(column);
    }

    /** No field of a product begins so. */
    private static boolean isPlatforms(String column) {
        return column.startsWith("mesh_");
    }

    private Types.NestedField shown(Types.NestedField column) {
        if (column.name().equals(KEY)) {
            return column.asOptional();
        }
        Mask mask = lens.mask(column.name());
        if (mask == null) {
            return column;
        }
        return switch (mask) {
            case REDACT -> column.asOptional();
            case HASH_TOKEN, LAST_FOUR ->
                Types.NestedField.optional(column.fieldId(), column.name(), Types.StringType.get());
            case YEAR_ONLY -> Types.NestedField.optional(column.fieldId(), column.name(), Types.IntegerType.get());
        };
    }
}
