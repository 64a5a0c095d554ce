package io.fedmesh.bench.internal.sink;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** The columns of hand-made tables of accounts, written out so that nothing of ours decides what the floor and the peer do. */
final class AccountColumns {
    private AccountColumns() {}

    /** The account's thirteen columns, as its schema has them. */
    static Schema entity() {
        return new Schema(fields(false));
    }

    /** The same, optional, and the seven that tell of the event. */
    static Schema history() {
        List<NestedField> fields = new ArrayList<>(fields(true));
        fields.add(NestedField.required(14, "mesh_key", Types.StringType.get()));
        fields.add(NestedField.required(15, "mesh_op", Types.StringType.get()));
        fields.add(NestedField.required(16, "mesh_version", Types.StringType.get()));
        fields.add(NestedField.required(17, "mesh_committed_at", Types.TimestampType.withZone()));
        fields.add(NestedField.optional(18, "mesh_txid", Types.LongType.get()));
        fields.add(NestedField.required(19, "mesh_partition", Types.IntegerType.get()));
        fields.add(NestedField.required(20, "mesh_offset", Types.LongType.get()));
        return new Schema(fields);
    }

    private static List<NestedField> fields(boolean optional) {
        return List.of(
                NestedField.of(1, optional, "account_id", Types.StringType.get()),
                NestedField.of(2, optional, "revision", Types.LongType.get()),
                NestedField.of(3, optional, "region", Types.StringType.get()),
                NestedField.of(4, optional, "status", Types.StringType.get()),
                NestedField.of(5, optional, "holder_name", Types.StringType.get()),
                NestedField.of(6, true, "email", Types.StringType.get()),
                NestedField.of(7, true, "note", Types.StringType.get()),
                NestedField.of(8, optional, "balance", Types.DecimalType.of(18, 2)),
                NestedField.of(9, optional, "score", Types.DoubleType.get()),
                NestedField.of(10, optional, "active", Types.BooleanType.get()),
                NestedField.of(11, optional, "updated_at", Types.TimestampType.withZone()),
                NestedField.of(12, true, "reviewed_at", Types.TimestampType.withZone()),
                NestedField.of(13, optional, "visits", Types.LongType.get()));
    }
}
