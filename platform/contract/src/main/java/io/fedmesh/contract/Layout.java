package io.fedmesh.contract;

import java.util.List;
import java.util.Locale;

/**
 * How the files of a product's two tables are laid out, for readers who filter. It changes no row: a contract may change
 * it at any time, and files that are written from then on follow it.
 *
 * <p>In the contract, both optional:
 *
 * <pre>{@code
 * customProperties:
 *   - property: partitioning
 *     value:
 *       - {field: updated_at, transform: day}
 *       - {field: project_id, transform: bucket, width: 16}
 *   - property: sortOrder
 *     value:
 *       - {field: project_id, direction: asc}
 * }</pre>
 *
 * @param partitioning how rows are dealt out to files, coarsest first; empty for not at all
 * @param sortOrder how rows are sorted within a file that upkeep writes; empty for as they came
 */
public record Layout(List<Partition> partitioning, List<Sort> sortOrder) {
    /** Not dealt out, not sorted. */
    public static final Layout NONE = new Layout(List.of(), List.of());

    public Layout {
        partitioning = List.copyOf(partitioning);
        sortOrder = List.copyOf(sortOrder);
    }

    /** What is made of a field's value to tell the partition of its row: Iceberg's transforms. */
    public enum Transform {
        IDENTITY,
        YEAR,
        MONTH,
        DAY,
        HOUR,
        /** One of {@code width} numbers by hash. */
        BUCKET,
        /** A text's first {@code width} characters, or a number rounded down to a multiple of {@code width}. */
        TRUNCATE;

        /** Whether it has a width. */
        public boolean hasWidth() {
            return this == BUCKET || this == TRUNCATE;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which end of the order comes first; nulls come last. */
    public enum Direction {
        ASC,
        DESC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A field by which rows are dealt out.
     *
     * @param field of the Avro schema, at its top
     * @param width of {@link Transform#BUCKET} and {@link Transform#TRUNCATE}, else 0
     */
    public record Partition(String field, Transform transform, int width) {}

    /** A field by which rows are sorted. */
    public record Sort(String field, Direction direction) {}
}
