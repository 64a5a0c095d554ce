package io.fedmesh.lake.internal;

import io.fedmesh.contract.Layout;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.ReplaceSortOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;

/**
 * A contract's layout as a table's partition spec and sort order. A changed layout is for files that are written from then
 * on: every file says by which spec it was dealt out, and readers follow that. Stateless.
 */
final class TableLayout {
    private TableLayout() {}

    /** The spec of a new table. */
    static PartitionSpec spec(Schema schema, Layout layout) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        for (Layout.Partition by : layout.partitioning()) {
            switch (by.transform()) {
                case IDENTITY -> spec.identity(by.field(), name(by));
                case YEAR -> spec.year(by.field(), name(by));
                case MONTH -> spec.month(by.field(), name(by));
                case DAY -> spec.day(by.field(), name(by));
                case HOUR -> spec.hour(by.field(), name(by));
                case BUCKET -> spec.bucket(by.field(), by.width(), name(by));
                case TRUNCATE -> spec.truncate(by.field(), by.width(), name(by));
            }
        }
        return spec.build();
    }

    /** Changes the table's spec and sort order where they are not the layout's. Its columns are the contract's already. */
    static void apply(Table table, Layout layout) {
        partition(table, layout);
        sort(table, layout);
    }

    private static void partition(Table table, Layout layout) {
        Map<String, Layout.Partition> missing = new LinkedHashMap<>();
        for (Layout.Partition by : layout.partitioning()) {
            missing.put(key(table.schema().findField(by.field()).fieldId(), transform(by)), by);
        }
        UpdatePartitionSpec update = table.updateSpec();
        boolean isChanged = false;
        for (PartitionField have : table.spec().fields()) {
            if (have.transform().isVoid()) {
                continue;
            }
            if (missing.remove(key(have.sourceId(), have.transform().toString())) == null) {
                update.removeField(have.name());
                isChanged = true;
            }
        }
        for (Layout.Partition by : missing.values()) {
            update.addField(name(by), term(by));
            isChanged = true;
        }
        if (isChanged) {
            update.commit();
        }
    }

    private static void sort(Table table, Layout layout) {
        SortOrder.Builder wanted = SortOrder.builderFor(table.schema());
        for (Layout.Sort by : layout.sortOrder()) {
            wanted.sortBy(by.field(), direction(by), NullOrder.NULLS_LAST);
        }
        if (wanted.build().sameOrder(table.sortOrder())) {
            return;
        }
        ReplaceSortOrder replace = table.replaceSortOrder();
        for (Layout.Sort by : layout.sortOrder()) {
            if (by.direction() == Layout.Direction.DESC) {
                replace.desc(by.field(), NullOrder.NULLS_LAST);
            } else {
                replace.asc(by.field(), NullOrder.NULLS_LAST);
            }
        }
        replace.commit();
    }

    private static SortDirection direction(Layout.Sort by) {
        return by.direction() == Layout.Direction.DESC ? SortDirection.DESC : SortDirection.ASC;
    }

    private static Term term(Layout.Partition by) {
        return switch (by.transform()) {
            case IDENTITY -> Expressions.ref(by.field());
            case YEAR -> Expressions.year(by.field());
            case MONTH -> Expressions.month(by.field());
            case DAY -> Expressions.day(by.field());
            case HOUR -> Expressions.hour(by.field());
            case BUCKET -> Expressions.bucket(by.field(), by.width());
            case TRUNCATE -> Expressions.truncate(by.field(), by.width());
        };
    }

    /** As Iceberg writes a transform. */
    private static String transform(Layout.Partition by) {
        return by.transform().hasWidth()
                ? by.transform() + "[" + by.width() + "]"
                : by.transform().toString();
    }

    /** Tells one transform of a field from another, for old files keep theirs. */
    private static String name(Layout.Partition by) {
        return by.field() + "_by_" + by.transform() + (by.transform().hasWidth() ? "_" + by.width() : "");
    }

    private static String key(int sourceId, String transform) {
        return sourceId + " " + transform;
    }
}
