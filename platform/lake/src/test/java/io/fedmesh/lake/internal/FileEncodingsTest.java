package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileEncodingsTest {
    private static final int ROWS = 3_000;
    /** As a partition of a busy topic gets them: some neighbours are of one transaction. */
    private static final int ROWS_OF_A_TRANSACTION = 5;

    private final Contract contract = Samples.contract("well");
    private final RowWriter.Plans plans = new RowWriter.Plans(contract, null);

    @TempDir
    Path folder;

    @Test
    void whatHardlyRepeatsOrOnlyClimbsIsWrittenAsDifferencesInEveryFileAndAnOperationByDictionary() throws IOException {
        Table table = table();
        for (int file = 0; file < 2; file++) {
            Map<String, Set<Encoding>> encodings = encodings(table, write(table, file));

            for (String number : new String[] {"mesh_committed_at", "mesh_txid", "mesh_offset"}) {
                assertThat(encodings.get(number)).as(number).containsExactly(Encoding.DELTA_BINARY_PACKED);
            }
            for (String text : new String[] {"mesh_key", "mesh_version"}) {
                assertThat(encodings.get(text)).as(text).containsExactly(Encoding.DELTA_BYTE_ARRAY);
            }
            assertThat(encodings.get("mesh_op")).contains(Encoding.RLE_DICTIONARY);
        }
    }

    @Test
    void theTablesSettingsSayHowLargePagesAndRowGroupsAreAndHowTheyAreCompressed() throws IOException {
        Table table = table(Map.of(
                TableProperties.PARQUET_COMPRESSION, "gzip",
                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "24000",
                TableProperties.PARQUET_PAGE_SIZE_BYTES, "2000",
                TableProperties.PARQUET_PAGE_ROW_LIMIT, "500"));
        DataFile file = write(table, 0);

        List<String> keys = new ArrayList<>();
        table.newAppend().appendFile(file).commit();
        try (CloseableIterable<Record> rows =
                IcebergGenerics.read(table).select(TableShape.KEY).build()) {
            rows.forEach(row -> keys.add(row.get(0, String.class)));
        }
        assertThat(keys)
                .isEqualTo(IntStream.range(0, ROWS).mapToObj(i -> key(i)).toList());
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(copy(table, file)))) {
            List<BlockMetaData> groups = reader.getRowGroups();
            assertThat(groups).hasSizeBetween(2, 8);
            assertThat(file.splitOffsets())
                    .isEqualTo(
                            groups.stream().map(BlockMetaData::getStartingPos).toList());
            for (BlockMetaData group : groups) {
                Map<String, Integer> rowsOfFirstPage = new HashMap<>();
                for (ColumnChunkMetaData column : group.getColumns()) {
                    assertThat(column.getCodec()).isEqualTo(CompressionCodecName.GZIP);
                    OffsetIndex pages = reader.readOffsetIndex(column);
                    long rows = pages.getLastRowIndex(0, group.getRowCount()) + 1;
                    assertThat(rows).isBetween(1L, 500L);
                    rowsOfFirstPage.put(column.getPath().toDotString(), (int) rows);
                }
                assertThat(rowsOfFirstPage.get(TableShape.KEY)).isLessThan(rowsOfFirstPage.get(TableShape.OFFSET));
            }
        }
    }

    private Table table() {
        return table(Map.of());
    }

    private Table table(Map<String, String> settings) {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("n"));
        Map<String, String> properties = new HashMap<>(TableShape.properties(contract, false));
        properties.remove("encryption.key-id");
        properties.putAll(settings);
        return catalog.buildTable(TableIdentifier.of("n", "t"), TableShape.columns(contract, false))
                .withProperties(properties)
                .create();
    }

    private DataFile write(Table table, int file) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 0, file)
                .format(FileFormat.PARQUET)
                .build();
        RowWriter writer = new RowWriter(table, plans, files.newOutputFile(), null);
        for (int i = 0; i < ROWS; i++) {
            int number = file * ROWS + i;
            writer.write(new Change(
                    0,
                    number,
                    number,
                    Key.of(key(number).getBytes(StandardCharsets.UTF_8)),
                    Op.DELETE,
                    new Version(number / ROWS_OF_A_TRANSACTION * 4_096L, number * 184L, 0),
                    1_700_000_000_000_000L + number * 137L,
                    number / ROWS_OF_A_TRANSACTION,
                    null));
        }
        return writer.close();
    }

    private static String key(int number) {
        return "f|" + number * 7_919 % 100_003;
    }

    private Path copy(Table table, DataFile file) throws IOException {
        Path copy = folder.resolve("file.parquet");
        try (InputStream bytes = table.io().newInputFile(file.location()).newStream()) {
            return Files.write(copy, bytes.readAllBytes());
        }
    }

    private Map<String, Set<Encoding>> encodings(Table table, DataFile file) throws IOException {
        Map<String, Set<Encoding>> encodings = new HashMap<>();
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(copy(table, file)))) {
            for (ColumnChunkMetaData column :
                    reader.getFooter().getBlocks().get(0).getColumns()) {
                assertThat(column.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
                encodings.put(column.getPath().toDotString(), column.getEncodings());
            }
        }
        return encodings;
    }
}
