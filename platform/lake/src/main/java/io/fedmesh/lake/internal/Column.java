package io.fedmesh.lake.internal;

import java.util.Objects;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * A leaf column of the file that is open: hands values on to Parquet's own column writer, looks at the first ones for
 * {@link ColumnSample}, and counts what Parquet does not (NaN). Used by one thread.
 */
final class Column {
    private final ColumnDescriptor descriptor;
    private final int fieldId;
    private final int definition;
    private final ColumnSample sample;
    private @Nullable ColumnWriter writer;
    private int sampled;

    private long values;
    private long nulls;
    private long nans;
    private double least = Double.POSITIVE_INFINITY;
    private double greatest = Double.NEGATIVE_INFINITY;

    Column(ColumnDescriptor descriptor, ColumnSample sample) {
        this.descriptor = descriptor;
        this.fieldId = descriptor.getPrimitiveType().getId().intValue();
        this.definition = descriptor.getMaxDefinitionLevel();
        this.sample = sample;
    }

    ColumnDescriptor descriptor() {
        return descriptor;
    }

    int fieldId() {
        return fieldId;
    }

    /** A new file begins. */
    void begin() {
        sampled = 0;
        sample.begin();
        values = 0;
        nulls = 0;
        nans = 0;
        least = Double.POSITIVE_INFINITY;
        greatest = Double.NEGATIVE_INFINITY;
    }

    /** A new row group begins. */
    void writer(ColumnWriter next) {
        writer = next;
    }

    void write(int value, int repetition) {
        if (sampled < ColumnSample.VALUES) {
            sample(value);
        }
        to().write(value, repetition, definition);
    }

    void write(long value, int repetition) {
        if (sampled < ColumnSample.VALUES) {
            sample(value);
        }
        to().write(value, repetition, definition);
    }

    void write(boolean value, int repetition) {
        to().write(value, repetition, definition);
    }

    void write(Binary value, int repetition) {
        if (sampled < ColumnSample.VALUES) {
            sample(value.hashCode());
        }
        to().write(value, repetition, definition);
    }

    void write(float value, int repetition) {
        bound(value);
        if (sampled < ColumnSample.VALUES) {
            sample(Float.floatToRawIntBits(value));
        }
        to().write(value, repetition, definition);
    }

    void write(double value, int repetition) {
        bound(value);
        if (sampled < ColumnSample.VALUES) {
            sample(Double.doubleToRawLongBits(value));
        }
        to().write(value, repetition, definition);
    }

    /** Nothing stands here: the path ends at this level. */
    void writeNull(int repetition, int level) {
        nulls++;
        to().writeNull(repetition, level);
    }

    /** Counts and bounds of a column of floating-point numbers; null for the others. */
    @Nullable
    FieldMetrics<?> metrics() {
        boolean isFloat;
        switch (descriptor.getPrimitiveType().getPrimitiveTypeName()) {
            case FLOAT -> isFloat = true;
            case DOUBLE -> isFloat = false;
            default -> {
                return null;
            }
        }
        if (values == nans) {
            return new FieldMetrics<>(fieldId, values + nulls, nulls, nans);
        }
        return isFloat
                ? new FieldMetrics<>(fieldId, values + nulls, nulls, nans, (float) least, (float) greatest)
                : new FieldMetrics<>(fieldId, values + nulls, nulls, nans, least, greatest);
    }

    private void bound(double value) {
        values++;
        if (Double.isNaN(value)) {
            nans++;
            return;
        }
        if (Double.compare(value, least) < 0) {
            least = value;
        }
        if (Double.compare(value, greatest) > 0) {
            greatest = value;
        }
    }

    private void sample(long value) {
        sampled++;
        sample.add(value);
    }

    private ColumnWriter to() {
        return Objects.requireNonNull(writer, "begin a row group first");
    }
}
