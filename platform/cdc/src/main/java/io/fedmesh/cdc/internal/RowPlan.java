package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Names;
import io.fedmesh.wire.BadRecordException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * How a row of one table, in one shape, becomes a product's body and key: made once a shape, applied to every row.
 * Columns are found by the contract's names, never by place. Not thread-safe.
 */
final class RowPlan {
    private final Contract contract;
    private final Schema shape;
    private final String[] columns;
    private final Values.Writer[] writers;
    private final @Nullable Field[] withoutDefault;
    private final String[] keyColumns;
    private final boolean[] isKeyDate;

    /**
     * @param shape the columns that the source sends
     * @throws CaptureRefusedException when a column of the contract is not among them
     */
    RowPlan(Product product, Schema shape, Placeholder placeholder) {
        this.contract = product.contract();
        this.shape = shape;
        List<org.apache.avro.Schema.Field> fields = contract.schema().getFields();
        this.columns = new String[fields.size()];
        this.writers = new Values.Writer[fields.size()];
        this.withoutDefault = new Field[fields.size()];
        for (org.apache.avro.Schema.Field field : fields) {
            String column = product.captured().columns().get(field.name());
            if (column == null || shape.field(column) == null) {
                throw new CaptureRefusedException(
                        "[" + contract.name() + "] column " + product.captured().table() + "."
                                + column + " must exist, because the contract fills the field '" + field.name()
                                + "' from it, but the source does not send it: bring the column back, or change the contract");
            }
            columns[field.pos()] = column;
            writers[field.pos()] = Values.writer(
                    "[" + contract.name() + "] field '" + field.name() + "'", field.schema(), placeholder);
            Field sent = shape.field(column);
            withoutDefault[field.pos()] = sent.schema().defaultValue() == null ? sent : null;
        }
        this.keyColumns = new String[contract.keyFields().size()];
        this.isKeyDate = new boolean[keyColumns.length];
        for (int i = 0; i < keyColumns.length; i++) {
            org.apache.avro.Schema.Field field =
                    contract.schema().getField(contract.keyFields().get(i));
            keyColumns[i] = columns[field.pos()];
            isKeyDate[i] = Values.withoutNull(field.schema()).getLogicalType() instanceof LogicalTypes.Date;
        }
    }

    /** Whether the plan is for rows of this shape. */
    boolean fits(Schema other) {
        return shape == other;
    }

    /**
     * Writes the body of a row's value, in Avro's binary encoding.
     *
     * @throws BadRecordException when a value does not fit the contract's schema; the message holds no value
     * @throws CaptureRefusedException when the source did not send a value that did not change
     */
    void write(Struct row, AvroBytes to) {
        for (int i = 0; i < columns.length; i++) {
            Field field = withoutDefault[i];
            // Struct.get would put the column's default in the place of a null
            writers[i].write(field == null ? row.getWithoutDefault(columns[i]) : row.get(field), to);
        }
    }

    /** The key of a row, also of one that is gone. */
    String key(Struct row) {
        if (keyColumns.length == 1) {
            return keyText(row, 0);
        }
        List<String> texts = new ArrayList<>(keyColumns.length);
        for (int i = 0; i < keyColumns.length; i++) {
            texts.add(keyText(row, i));
        }
        return Names.key(texts);
    }

    private String keyText(Struct row, int i) {
        Object value = row.getWithoutDefault(keyColumns[i]);
        if (value == null) {
            throw new CaptureRefusedException("[" + contract.name() + "] the key column " + keyColumns[i]
                    + " must not be null: the table's replica identity must be FULL");
        }
        if (isKeyDate[i] && value instanceof Integer days) {
            return LocalDate.ofEpochDay(days).toString();
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        return value.toString();
    }
}
