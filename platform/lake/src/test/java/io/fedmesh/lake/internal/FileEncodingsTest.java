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
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
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

    private Table table() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("n"));
        Map<String, String> properties = new HashMap<>(TableShape.properties(contract, false));
        properties.remove("encryption.key-id");
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
                    Key.of(("f|" + number * 7_919 % 100_003).getBytes(StandardCharsets.UTF_8)),
                    Op.DELETE,
                    new Version(number / ROWS_OF_A_TRANSACTION * 4_096L, number * 184L, 0),
                    1_700_000_000_000_000L + number * 137L,
                    number / ROWS_OF_A_TRANSACTION,
                    null));
        }
        return writer.close();
    }

    private Map<String, Set<Encoding>> encodings(Table table, DataFile file) throws IOException {
        Path copy = folder.resolve("file.parquet");
        try (InputStream bytes = table.io().newInputFile(file.location()).newStream()) {
            Files.write(copy, bytes.readAllBytes());
        }
        Map<String, Set<Encoding>> encodings = new HashMap<>();
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(copy))) {
            for (ColumnChunkMetaData column :
                    reader.getFooter().getBlocks().get(0).getColumns()) {
                assertThat(column.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
                encodings.put(column.getPath().toDotString(), column.getEncodings());
            }
        }
        return encodings;
    }
}
