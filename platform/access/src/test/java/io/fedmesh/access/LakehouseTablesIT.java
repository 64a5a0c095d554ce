package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.LocalAccessPolicy;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.LocalKeyManagement;
import io.fedmesh.local.LocalKeyring;
import io.fedmesh.local.LocalPostgres;
import io.fedmesh.local.LocalS3;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted tables on real parts, asked by SQL. */
class LakehouseTablesIT {
    private static final ProductName CRATE = ProductName.parse("yard.small-crate");
    private static final Principal OPERATOR = new Principal("local-operator");
    private static final int ROWS = 1_000_000;
    private static final Schema CRATES = new Schema(
            Types.NestedField.required(1, "id", Types.StringType.get()),
            Types.NestedField.required(2, "number", Types.LongType.get()),
            Types.NestedField.optional(3, "amount", Types.DecimalType.of(15, 2)),
            Types.NestedField.optional(4, "at", Types.TimestampType.withZone()),
            Types.NestedField.optional(5, "text", Types.StringType.get()),
            Types.NestedField.required(6, "mesh_version", Types.StringType.get()));

    @TempDir
    static Path home;

    private static LocalPostgres postgres;
    private static LocalS3 s3;
    private static Lakehouse lakehouse;
    private static LakehouseTables tables;

    @BeforeAll
    static void start() throws Exception {
        postgres = LocalPostgres.start(home);
        postgres.createDatabase("lake");
        s3 = LocalS3.start(home);
        LocalKeyring keyring = LocalKeyring.open(home);
        lakehouse = Lakehouse.open(new LakeConfig(
                postgres.jdbcUrl("lake"),
                postgres.adminUser(),
                postgres.adminPassword(),
                "s3://" + s3.bucket() + "/lake",
                Map.of(
                        "s3.endpoint",
                        s3.endpoint().toString(),
                        "s3.access-key-id",
                        s3.accessKey(),
                        "s3.secret-access-key",
                        s3.secretKey(),
                        "client.region",
                        "us-gov-west-1",
                        "s3.path-style-access",
                        "true"),
                new LocalKeyManagement(keyring::key, new SecureRandom())));
        tables = new LakehouseTables(lakehouse);
        ((SupportsNamespaces) lakehouse.catalog()).createNamespace(Namespace.of(CRATE.namespace()));
        Table table = lakehouse
                .catalog()
                .createTable(
                        TableIdentifier.of(CRATE.namespace(), CRATE.latestTable()),
                        CRATES,
                        PartitionSpec.unpartitioned(),
                        Map.of("format-version", "3", "encryption.key-id", "domain-yard"));
        append(table, 0, 1, "{\"0\":1}");
        append(table, 1, ROWS, "{\"0\":1000000}");
    }

    @AfterAll
    static void stop() {
        if (lakehouse != null) {
            lakehouse.close();
        }
        if (s3 != null) {
            s3.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void aMillionRowsAreLoadedAndSummedInSeconds() {
        try (QueryEngine engine = new QueryEngine(
                Fixtures.contracts(),
                tables,
                new LocalAccessPolicy(Fixtures.contracts(), OPERATOR),
                new QueryLimits(10, 1 << 20, 512L << 20, 2, Duration.ofSeconds(60)))) {
            long start = System.nanoTime();

            QueryResult result = engine.query(
                    "select count(*), sum(amount), min(\"at\"), max(id), count(distinct text), max(number)"
                            + " from yard.small_crate_latest",
                    OPERATOR);

            assertThat(result.rows().get(0))
                    .containsExactly(
                            (long) ROWS,
                            new BigDecimal("4999995000.00"),
                            java.time.Instant.EPOCH,
                            "C-999999",
                            1000L,
                            (long) ROWS - 1);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void aSnapshotTellsItsOffsetsAndThoseBeforeIt() {
        ProductTables.Snapshot snapshot =
                tables.current(TableName.latest(CRATE)).orElseThrow();

        assertThat(snapshot.offsets()).isEqualTo(Map.of(0, (long) ROWS));
        assertThat(snapshot.offsetsBefore()).containsExactly(Map.of(0, 1L));
        assertThat(snapshot.counts()).isEqualTo(Map.of("captured", (long) ROWS));
        assertThat(snapshot.rowsAtMost()).isEqualTo(ROWS);
    }

    @Test
    void aTableThatWasNeverMadeIsAbsent() {
        assertThat(tables.current(TableName.history(CRATE))).isEmpty();
    }

    @Test
    void columnsOfTheTableMayBeNamed() {
        try (QueryEngine engine = new QueryEngine(
                Fixtures.contracts(),
                tables,
                new LocalAccessPolicy(Fixtures.contracts(), OPERATOR),
                QueryLimits.DEFAULT)) {
            assertThat(engine.query("select mesh_version from yard.small_crate_latest limit 1", OPERATOR)
                            .rows())
                    .containsExactly(List.of("0"));
        }
    }

    private static void append(Table table, int from, int to, String offsets) throws Exception {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 1, from)
                .format(FileFormat.PARQUET)
                .build();
        GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSchema(CRATES)
                .build();
        DataWriter<Record> writer = writers.newDataWriter(files.newOutputFile(), table.spec(), null);
        GenericRecord row = GenericRecord.create(CRATES);
        for (int i = from; i < to; i++) {
            row.setField("id", "C-" + i);
            row.setField("number", (long) i);
            row.setField("amount", new BigDecimal(BigInteger.valueOf(i), 2));
            row.setField("at", OffsetDateTime.ofInstant(java.time.Instant.ofEpochSecond(i), ZoneOffset.UTC));
            row.setField("text", "text " + i % 1000);
            row.setField("mesh_version", "0");
            writer.write(row);
        }
        writer.close();
        table.newAppend()
                .appendFile(writer.toDataFile())
                .set("mesh.offsets", offsets)
                .set("mesh.counts", "{\"captured\":" + to + "}")
                .commit();
    }
}
