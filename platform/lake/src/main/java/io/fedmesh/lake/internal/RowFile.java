package io.fedmesh.lake.internal;

import static org.apache.iceberg.util.PropertyUtil.propertyAsInt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.NativeEncryptionKeyMetadata;
import org.apache.iceberg.encryption.NativeEncryptionOutputFile;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.ParquetCodecFactory;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.util.ByteBuffers;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.crypto.InternalFileEncryptor;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file of a table, filled by a {@link RowPlan}: Parquet's own pages, compression, encryption, page index and footer
 * around our {@link Column}s, with the table's settings as Iceberg's writer takes them. Used by one thread.
 */
final class RowFile implements FileAppender<Change> {
    /** Parquet's own limit of a bound in the page index. */
    private static final int INDEX_BYTES = 64;
    /** Rows between two looks at the sizes of pages, at least and at most: Parquet's usual ones. */
    private static final int MIN_ROWS_BETWEEN_LOOKS = 100;

    private static final int MAX_ROWS_BETWEEN_LOOKS = 10_000;

    private final RowPlan plan;
    private final OutputFile output;
    private final Map<String, String> footer;
    private final MetricsConfig metrics;
    private final ParquetProperties properties;
    private final CodecFactory codecs;
    private final CodecFactory.BytesCompressor compressor;
    private final @Nullable InternalFileEncryptor encryptor;
    private final long groupBytes;

    private ColumnChunkPageWriteStore pages;
    private @Nullable ParquetFileWriter file;
    private int groups;
    private long rowsOfGroup;
    private long nextLook;
    private boolean isClosed;

    /** The file of this name must not exist. */
    RowFile(Table table, EncryptedOutputFile target, RowPlan plan) {
        Map<String, String> settings = table.properties();
        this.plan = plan;
        this.footer = Map.of("iceberg.schema", SchemaParser.toJson(table.schema()));
        this.metrics = MetricsConfig.forTable(table);
        this.properties = properties(settings, table, plan);
        this.groupBytes = propertyAsInt(
                settings,
                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES_DEFAULT);
        this.codecs = codecs(settings, properties.getPageSizeThreshold());
        this.compressor = codecs.getCompressor(codec(settings));
        if (target instanceof NativeEncryptionOutputFile encrypted) {
            this.output = encrypted.plainOutputFile();
            this.encryptor = new InternalFileEncryptor(encryption(encrypted.keyMetadata()));
        } else {
            this.output = target.encryptingOutputFile();
            this.encryptor = null;
        }
        this.pages = beginGroup();
    }

    private static ParquetProperties properties(Map<String, String> settings, Table table, RowPlan plan) {
        ParquetProperties.Builder builder = ParquetProperties.builder()
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_2_0)
                .withPageSize(propertyAsInt(
                        settings,
                        TableProperties.PARQUET_PAGE_SIZE_BYTES,
                        TableProperties.PARQUET_PAGE_SIZE_BYTES_DEFAULT))
                .withPageRowCountLimit(propertyAsInt(
                        settings,
                        TableProperties.PARQUET_PAGE_ROW_LIMIT,
                        TableProperties.PARQUET_PAGE_ROW_LIMIT_DEFAULT))
                .withDictionaryPageSize(propertyAsInt(
                        settings,
                        TableProperties.PARQUET_DICT_SIZE_BYTES,
                        TableProperties.PARQUET_DICT_SIZE_BYTES_DEFAULT));
        for (Column column : plan.leaves()) {
            String path = String.join(".", column.descriptor().getPath());
            builder.withDictionaryEncoding(path, plan.isDictionaryWorth(column));
            String isStated = settings.get(TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX
                    + table.schema().findColumnName(column.fieldId()));
            if (isStated != null) {
                builder.withStatisticsEnabled(path, Boolean.parseBoolean(isStated));
            }
        }
        return builder.build();
    }

    private static CodecFactory codecs(Map<String, String> settings, int pageBytes) {
        Configuration configuration = new Configuration(false); // reading the defaults takes milliseconds a file
        @Nullable String level = settings.get(TableProperties.PARQUET_COMPRESSION_LEVEL);
        if (level != null) {
            configuration.set("parquet.compression.codec.zstd.level", level);
        }
        return new ParquetCodecFactory(configuration, pageBytes);
    }

    private static CompressionCodecName codec(Map<String, String> settings) {
        return CompressionCodecName.valueOf(
                settings.getOrDefault(TableProperties.PARQUET_COMPRESSION, TableProperties.PARQUET_COMPRESSION_DEFAULT)
                        .toUpperCase(Locale.ROOT));
    }

    private static FileEncryptionProperties encryption(NativeEncryptionKeyMetadata key) {
        return FileEncryptionProperties.builder(ByteBuffers.toByteArray(key.encryptionKey()))
                .withAADPrefix(ByteBuffers.toByteArray(key.aadPrefix()))
                .withoutAADPrefixStorage()
                .build();
    }

    @Override
    public void add(Change change) {
        plan.write(change);
        if (++rowsOfGroup >= nextLook) {
            look();
        }
    }

    /** Ends the pages that are full, and the row group when it is; looks again when half of what is missing may have come. */
    private void look() {
        long pageBytes = properties.getPageSizeThreshold();
        int pageRows = properties.getPageRowCountLimit();
        long all = 0;
        long wait = MAX_ROWS_BETWEEN_LOOKS;
        for (Column column : plan.leaves()) {
            long bytes = Math.max(1, column.pageBytes());
            int rows = column.pageRows();
            if (bytes > pageBytes - pageBytes / 10 || rows >= pageRows) {
                column.endPage();
                rows = 0;
                wait = Math.min(wait, pageRows);
            } else {
                long untilFull = rows * (pageBytes - bytes) / bytes;
                wait = Math.min(wait, Math.max(untilFull / 2, MIN_ROWS_BETWEEN_LOOKS));
                wait = Math.min(wait, pageRows - rows);
            }
            all += column.groupBytes();
        }
        nextLook = rowsOfGroup + wait;
        if (all >= groupBytes) {
            flush();
            pages = beginGroup();
        }
    }

    private ColumnChunkPageWriteStore beginGroup() {
        ColumnChunkPageWriteStore next = new ColumnChunkPageWriteStore(
                compressor, plan.type(), properties.getAllocator(), INDEX_BYTES, true, encryptor, groups++);
        plan.leaves().forEach(column -> column.open(properties, next.getPageWriter(column.descriptor())));
        rowsOfGroup = 0;
        nextLook = MIN_ROWS_BETWEEN_LOOKS;
        return next;
    }

    private void flush() {
        try {
            if (rowsOfGroup > 0) {
                plan.leaves().forEach(Column::endGroup);
                ParquetFileWriter to = opened();
                to.startBlock(rowsOfGroup);
                pages.flushToFileWriter(to);
                to.endBlock();
            }
            plan.leaves().forEach(Column::closeGroup);
            pages.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ParquetFileWriter opened() throws IOException {
        if (file == null) {
            file = new ParquetFileWriter(
                    new ParquetOutput(output),
                    plan.type(),
                    ParquetFileWriter.Mode.CREATE,
                    groupBytes,
                    0,
                    INDEX_BYTES,
                    ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
                    true,
                    encryptor);
            file.start();
        }
        return file;
    }

    /** Of the file when it is closed, before that about so many. */
    @Override
    public long length() {
        try {
            long written = file == null ? 0 : file.getPos();
            return isClosed
                    ? written
                    : written
                            + plan.leaves().stream()
                                    .mapToLong(Column::groupBytes)
                                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Metrics metrics() {
        return file == null ? new Metrics(0L) : ParquetUtil.footerMetrics(file.getFooter(), plan.metrics(), metrics);
    }

    @Override
    public @Nullable List<Long> splitOffsets() {
        return file == null ? null : ParquetUtil.getSplitOffsets(file.getFooter());
    }

    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            flush();
            if (file != null) {
                file.end(footer);
            }
        } finally {
            codecs.release();
        }
    }
}
