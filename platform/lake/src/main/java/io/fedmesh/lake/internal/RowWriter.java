package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes as rows of one data file: a {@link RowFile}, fed by a {@link RowPlan}. Used by one thread.
 *
 * <p>Encodings are those of Parquet's format 2 (DELTA_BINARY_PACKED, DELTA_BYTE_ARRAY, RLE), which Spark 3.3, DuckDB 0.9 and
 * PyArrow 11 and later read; a dictionary only where {@link ColumnSample} found it worth having.
 */
final class RowWriter {
    private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);

    /** The plans of one table that no open file uses. Used by one thread. */
    static final class Plans {
        private final Contract contract;
        private final @Nullable Tokens tokens;
        private final Deque<RowPlan> free = new ArrayDeque<>();
        private int schemaId = -1;

        /** @param tokens of the contract's domain; null when it tokenises nothing */
        Plans(Contract contract, @Nullable Tokens tokens) {
            this.contract = contract;
            this.tokens = tokens;
        }

        private RowPlan take(Table table) {
            if (schemaId != table.schema().schemaId()) {
                free.clear();
                schemaId = table.schema().schemaId();
            }
            RowPlan plan = free.poll();
            return plan == null
                    ? new RowPlan(table.schema(), ParquetSchemaUtil.convert(table.schema(), "table"), contract, tokens)
                    : plan;
        }

        private void give(RowPlan plan) {
            if (plan.schema().schemaId() == schemaId) {
                free.push(plan);
            }
        }
    }

    private final Plans plans;
    private final RowPlan plan;
    private final String location;
    private final DataWriter<Change> writer;

    /** @param partition null when the table is not partitioned */
    RowWriter(Table table, Plans plans, EncryptedOutputFile file, @Nullable StructLike partition) {
        this.plans = plans;
        this.plan = plans.take(table);
        this.location = file.encryptingOutputFile().location();
        plan.begin();
        this.writer = new DataWriter<>(
                new RowFile(table, file, plan),
                FileFormat.PARQUET,
                location,
                table.spec(),
                partition,
                file.keyMetadata());
    }

    /** Location of the file. */
    String location() {
        return location;
    }

    /** Writes the change's row; the first row has position 0. */
    void write(Change change) {
        writer.write(change);
    }

    /** Closes the file. */
    DataFile close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        plans.give(plan);
        return writer.toDataFile();
    }

    /** Gives the file up. Never throws. */
    void discard() {
        try {
            writer.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("a file that was given up could not be closed", e);
        }
    }
}
