package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Layout;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableLayoutTest {
    private static final Schema TANK = new Schema.Parser().parse("""
            {"type":"record","name":"Tank","fields":[
             {"name":"id","type":"string"},
             {"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},
             {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}}]}
            """);
    private static final Layout BY_DAY_AND_BUCKET = new Layout(
            List.of(
                    new Layout.Partition("at", Layout.Transform.DAY, 0),
                    new Layout.Partition("id", Layout.Transform.BUCKET, 4)),
            List.of(new Layout.Sort("id", Layout.Direction.DESC)));
    private static final Layout BY_MONTH = new Layout(
            List.of(
                    new Layout.Partition("at", Layout.Transform.MONTH, 0),
                    new Layout.Partition("price", Layout.Transform.TRUNCATE, 100)),
            List.of());

    private final Contract contract = Samples.contract("tank", TANK, List.of("id"));
    private final Map<String, Place> places = new TreeMap<>();
    private final IcebergStage.Means means =
            new IcebergStage.Means(new DeletionVectors(), new FilePartitions(), new RowWriter.Plans(contract, null));
    private long offset;

    @Test
    void rowsStandInTheirPartitionsAndARowIsDeletedWhereItStandsWhateverTheLayoutIsByThen() throws IOException {
        Table table = table(true, BY_DAY_AND_BUCKET);
        commit(table, put("a", "2026-01-01T10:00:00Z"), put("b", "2026-01-02T00:00:00Z"), put("c", null));
        assertThat(paths(table)).contains("at_by_day=null/id_by_bucket_4=" + bucket("c"));
        assertThat(paths(table)).anyMatch(path -> path.startsWith("at_by_day=2026-01-01/"));
        commit(table, put("a", "2026-02-03T00:00:00Z"));
        TableLayout.apply(table, BY_MONTH);
        table.refresh();
        assertThat(table.specs()).hasSize(2);
        assertThat(table.sortOrder().isUnsorted()).isTrue();
        commit(table, put("b", "2026-03-03T00:00:00Z"), put("d", "2026-03-04T00:00:00Z"));
        commit(table, gone("a"), put("c", "2026-03-05T00:00:00Z"));
        assertThat(paths(table)).contains("at_by_month=2026-03/price_by_truncate_100=12.00");
        assertThat(rows(table))
                .isEqualTo(Map.of(
                        "b", "2026-03-03T00:00Z",
                        "c", "2026-03-05T00:00Z",
                        "d", "2026-03-04T00:00Z"));
        for (DataFile file : files(table)) {
            assertThat(FileNames.partition(file.location())).isBetween(0, 1);
        }
    }

    @Test
    void rowsOfTwoPartitionsOfTheTopicShareNoFile() throws IOException {
        Table table = table(true, Layout.NONE);
        commit(table, put("a", null), put("b", null), put("c", null), put("d", null));
        assertThat(files(table))
                .extracting(file -> FileNames.partition(file.location()))
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aDeletionInHistoryStandsInThePartitionOfItsKey() throws IOException {
        Table table = table(false, BY_DAY_AND_BUCKET);
        commit(table, gone("a"));
        assertThat(paths(table)).containsExactly("at_by_day=null/id_by_bucket_4=" + bucket("a"));
    }

    @Test
    void aLayoutThatIsTheTablesChangesNothing() {
        Table table = table(true, BY_DAY_AND_BUCKET);
        TableLayout.apply(table, BY_DAY_AND_BUCKET);
        long updated = ((org.apache.iceberg.HasTableOperations) table)
                .operations()
                .current()
                .lastUpdatedMillis();
        String metadata = ((org.apache.iceberg.HasTableOperations) table)
                .operations()
                .current()
                .metadataFileLocation();
        TableLayout.apply(table, BY_DAY_AND_BUCKET);
        table.refresh();
        assertThat(((org.apache.iceberg.HasTableOperations) table)
                        .operations()
                        .current()
                        .metadataFileLocation())
                .isEqualTo(metadata);
        assertThat(updated).isPositive();
        assertThat(table.sortOrder().fields()).hasSize(1);
    }

    private Table table(boolean isLatest, Layout layout) {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("memory", Map.of());
        catalog.createNamespace(Namespace.of("drilling"));
        var columns = TableShape.columns(contract, isLatest);
        return catalog.buildTable(TableIdentifier.of("drilling", "tank"), columns)
                .withPartitionSpec(TableLayout.spec(columns, layout))
                .withProperties(Map.of("format-version", "3", "write.parquet.compression-codec", "uncompressed"))
                .create();
    }

    private void commit(Table table, Change... changes) {
        long snapshot = table.currentSnapshot() == null
                ? TablePort.NO_SNAPSHOT
                : table.currentSnapshot().snapshotId();
        TablePort.Head base =
                new TablePort.Head(table.uuid().toString(), snapshot, Map.of(), 1, null, Map.of(), Map.of());
        Routing routing = table.spec().isUnpartitioned() ? null : new Routing(table, contract);
        IcebergStage stage = new IcebergStage(table, base, means, routing);
        for (Change change : changes) {
            Place old = places.remove(change.key().text());
            if (old != null) {
                stage.delete(old);
            }
            Place place =
                    change.value() == null && table.schema().findField("mesh_op") == null ? null : stage.append(change);
            if (place != null) {
                places.put(change.key().text(), place);
            }
        }
        IcebergStage.Files files = stage.close();
        files.demandPartitions(Set.of(0, 1));
        RowDelta delta = table.newRowDelta();
        files.rows().forEach(delta::addRows);
        files.vectors().forEach(delta::addDeletes);
        files.replaced().forEach(delta::removeDeletes);
        delta.commit();
        table.refresh();
        means.vectors().committed(table.currentSnapshot(), files.vectors(), files.deleted());
        means.partitions().committed(table, files.rows());
    }

    private Change put(String id, @Nullable String at) {
        GenericRecord tank = new GenericData.Record(TANK);
        tank.put("id", id);
        tank.put("at", at == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(at)));
        tank.put(
                "price",
                java.nio.ByteBuffer.wrap(java.math.BigInteger.valueOf(1_234).toByteArray()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(TANK).write(tank, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return change(id, Change.Body.ofRest(out.toByteArray(), 0, TANK));
    }

    private Change gone(String id) {
        return change(id, null);
    }

    private Change change(String id, Change.@Nullable Body body) {
        long at = offset++;
        return new Change(
                id.charAt(0) % 2,
                at,
                at,
                Key.of(id),
                body == null ? Op.DELETE : Op.UPDATE,
                new Version(at, at, 0),
                at,
                Change.NO_TRANSACTION,
                body);
    }

    private static int bucket(String id) {
        return (Integer) org.apache.iceberg.transforms.Transforms.bucket(4)
                .bind(org.apache.iceberg.types.Types.StringType.get())
                .apply(id);
    }

    private static List<DataFile> files(Table table) throws IOException {
        List<DataFile> files = new ArrayList<>();
        try (var tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file()));
        }
        return files;
    }

    private static Set<String> paths(Table table) throws IOException {
        Set<String> paths = new HashSet<>();
        for (DataFile file : files(table)) {
            paths.add(java.util.Objects.requireNonNull(table.specs().get(file.specId()))
                    .partitionToPath(file.partition()));
        }
        return paths;
    }

    private static Map<String, String> rows(Table table) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            for (Record row : records) {
                assertThat(rows.put((String) row.getField("id"), String.valueOf(row.getField("at"))))
                        .isNull();
            }
        }
        return rows;
    }
}
