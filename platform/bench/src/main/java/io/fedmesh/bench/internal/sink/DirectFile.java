package io.fedmesh.bench.internal.sink;

import io.fedmesh.lake.internal.ParquetOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;

/**
 * A Parquet file of one table that is filled column by column, with nothing between the caller and Parquet's own column
 * writers: zstd, row groups of 128 MiB, pages of 1 MiB, and no dictionary where values hardly repeat.
 */
final class DirectFile {
    private static final int PAGE_BYTES = 1 << 20;
    private static final long ROW_GROUP_BYTES = 128L << 20;
    private static final int ROWS_BETWEEN_CHECKS = 10_000;
    private static final int TRUNCATE_BYTES = 16;
    private static final int COLUMN_INDEX_BYTES = 64;
    /** Columns whose values hardly repeat: a dictionary would be built and thrown away. */
    private static final Set<String> WITHOUT_DICTIONARY = Set.of(
            "account_id",
            "revision",
            "holder_name",
            "email",
            "balance",
            "updated_at",
            "reviewed_at",
            "mesh_key",
            "mesh_version",
            "mesh_committed_at",
            "mesh_txid",
            "mesh_offset");

    private final Table table;
    private final String location;
    private final MessageType columns;
    private final ParquetProperties properties;
    private final CodecFactory codecs;
    private final ParquetFileWriter file;
    private final ColumnDescriptor[] descriptors;
    /** One for each column, in the table's order. */
    final ColumnWriter[] writers;

    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore store;
    private long rowsOfGroup;
    private long nextCheck = ROWS_BETWEEN_CHECKS;
    private int group;

    DirectFile(Table table, String location) throws IOException {
        this.table = table;
        this.location = location;
        this.columns = ParquetSchemaUtil.convert(table.schema(), "table");
        this.descriptors = columns.getColumns().toArray(new ColumnDescriptor[0]);
        this.writers = new ColumnWriter[descriptors.length];
        ParquetProperties.Builder builder = ParquetProperties.builder()
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_2_0)
                .withPageSize(PAGE_BYTES)
                .withDictionaryPageSize(2 * PAGE_BYTES)
                .withPageRowCountLimit(20_000)
                .withStatisticsTruncateLength(TRUNCATE_BYTES);
        for (ColumnDescriptor descriptor : descriptors) {
            String name = descriptor.getPath()[0];
            if (WITHOUT_DICTIONARY.contains(name)) {
                builder.withDictionaryEncoding(name, false);
            }
        }
        this.properties = builder.build();
        Configuration configuration = new Configuration(false);
        configuration.set("parquet.compression.codec.zstd.level", PlainCatalog.ZSTD_LEVEL);
        this.codecs = new CodecFactory(configuration, PAGE_BYTES);
        this.file = new ParquetFileWriter(
                new ParquetOutput(table.io().newOutputFile(location)),
                columns,
                ParquetFileWriter.Mode.CREATE,
                ROW_GROUP_BYTES,
                0,
                COLUMN_INDEX_BYTES,
                TRUNCATE_BYTES,
                true);
        file.start();
        this.pages = newPages();
        this.store = newStore();
    }

    /** To be called when every column got its value of the row. */
    void endRow() throws IOException {
        store.endRecord();
        if (++rowsOfGroup == nextCheck) {
            nextCheck += ROWS_BETWEEN_CHECKS;
            if (store.getBufferedSize() > ROW_GROUP_BYTES) {
                flush();
                pages = newPages();
                store = newStore();
            }
        }
    }

    /** Closes the file and tells what a commit must know of it. */
    DataFile close() throws IOException {
        flush();
        file.end(Map.of());
        codecs.release();
        return DataFiles.builder(table.spec())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(table.io().newInputFile(location).getLength())
                .withMetrics(ParquetUtil.footerMetrics(
                        file.getFooter(), java.util.stream.Stream.empty(), MetricsConfig.forTable(table)))
                .build();
    }

    private void flush() throws IOException {
        if (rowsOfGroup > 0) {
            file.startBlock(rowsOfGroup);
            store.flush();
            pages.flushToFileWriter(file);
            file.endBlock();
        }
        store.close();
        pages.close();
        rowsOfGroup = 0;
        nextCheck = ROWS_BETWEEN_CHECKS;
    }

    private ColumnChunkPageWriteStore newPages() {
        return new ColumnChunkPageWriteStore(
                codecs.getCompressor(CompressionCodecName.ZSTD),
                columns,
                HeapByteBufferAllocator.getInstance(),
                COLUMN_INDEX_BYTES,
                true,
                null,
                group++);
    }

    private ColumnWriteStore newStore() {
        ColumnWriteStore next = properties.newColumnWriteStore(columns, pages, pages);
        for (int i = 0; i < descriptors.length; i++) {
            writers[i] = next.getColumnWriter(descriptors[i]);
        }
        return next;
    }
}
