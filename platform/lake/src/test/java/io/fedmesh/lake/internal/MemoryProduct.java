package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/** A product's two tables in memory, a sink that reads what it must know, damage to order, and the oracle. */
final class MemoryProduct {
    final Contract contract = Samples.contract("well");
    private final InMemoryCatalog catalog = new InMemoryCatalog();
    /** Well number to owner, as latest must have it. */
    final Map<Long, String> expected = new TreeMap<>();

    /** Of the events to come. */
    Instant committedAt = Instant.EPOCH;

    private final Map<Integer, Long> offsets = new TreeMap<>(Map.of(0, 0L, 1, 0L));
    private long version;

    MemoryProduct() {
        catalog.initialize("memory", Map.of());
        catalog.createNamespace(Namespace.of("drilling"));
        for (boolean latest : new boolean[] {false, true}) {
            catalog.buildTable(name(latest), TableShape.columns(contract, latest))
                    .withProperties(Map.of("format-version", "3", "write.parquet.compression-codec", "uncompressed"))
                    .create();
        }
    }

    private TableIdentifier name(boolean latest) {
        return ProductTables.identifier(contract.name(), latest);
    }

    /** As those who write see it. */
    Table table(boolean latest) {
        return StagedOperations.of(published(latest));
    }

    /** As readers see it. */
    Table published(boolean latest) {
        return catalog.loadTable(name(latest));
    }

    /** Whatever is written from now on is staged. */
    void audit() {
        for (boolean latest : new boolean[] {false, true}) {
            published(latest)
                    .updateProperties()
                    .set(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, "true")
                    .commit();
        }
    }

    /** One commit of the sink to both tables; keys belong to Kafka partition {@code key % 2}, null owners delete. */
    void commit(Map<Long, String> changes, Set<Long> deletes) {
        Map<Integer, List<Record>> events = new HashMap<>();
        Map<Integer, List<Record>> rows = new HashMap<>();
        Map<Long, Boolean> all = new TreeMap<>();
        changes.keySet().forEach(key -> all.put(key, false));
        deletes.forEach(key -> all.put(key, true));
        all.forEach((key, isDelete) -> {
            int partition = (int) (key % 2);
            String hex = version(++version);
            long offset = Objects.requireNonNull(offsets.get(partition));
            offsets.put(partition, offset + 1);
            Record event = row(TableShape.columns(contract, false), key, isDelete ? null : changes.get(key), hex);
            event.setField(TableShape.KEY, "F|" + key);
            event.setField(TableShape.OP, isDelete ? "d" : "u");
            event.setField(TableShape.COMMITTED_AT, committedAt.atOffset(ZoneOffset.UTC));
            event.setField(TableShape.PARTITION, partition);
            event.setField(TableShape.OFFSET, offset);
            events.computeIfAbsent(partition, p -> new ArrayList<>()).add(event);
            if (isDelete) {
                expected.remove(key);
            } else {
                rows.computeIfAbsent(partition, p -> new ArrayList<>())
                        .add(row(TableShape.columns(contract, true), key, changes.get(key), hex));
                expected.put(key, changes.get(key));
            }
        });
        Table history = table(false);
        RowDelta append = history.newRowDelta().scanManifestsWith(SameThread.POOL);
        events.forEach((partition, list) -> append.addRows(write(history, partition, list)));
        describe(append).commit();
        Table latest = table(true);
        RowDelta delta = latest.newRowDelta().scanManifestsWith(SameThread.POOL);
        rows.forEach((partition, list) -> delta.addRows(write(latest, partition, list)));
        delete(latest, delta, all::containsKey);
        describe(delta).commit();
    }

    private SnapshotUpdate<?> describe(SnapshotUpdate<?> update) {
        update.set(Summary.OFFSETS, Summary.write(offsets));
        update.set(Summary.COMMIT_ID, "commit" + version);
        return update;
    }

    /** Somebody breaks latest: rows of these keys go. */
    void lose(Predicate<Long> keys) {
        Table latest = table(true);
        RowDelta delta = latest.newRowDelta().scanManifestsWith(SameThread.POOL);
        delete(latest, delta, keys);
        describe(delta).commit();
    }

    /** Somebody breaks latest: a row more, of an older version or of the present one. */
    void add(long key, String owner, long rowVersion) {
        Table latest = table(true);
        RowDelta delta = latest.newRowDelta().scanManifestsWith(SameThread.POOL);
        delta.addRows(write(
                latest,
                (int) (key % 2),
                List.of(row(TableShape.columns(contract, true), key, owner, version(rowVersion)))));
        describe(delta).commit();
    }

    /** The newest version that was given out. */
    long version() {
        return version;
    }

    private static String version(long number) {
        return new Version(number, number, 0).hex();
    }

    private static Record row(Schema schema, long key, @Nullable String owner, String version) {
        Record row = GenericRecord.create(schema);
        row.setField("field_id", "F");
        row.setField("well_no", key);
        row.setField("owner_name", owner);
        row.setField("depth", new java.math.BigDecimal("1.00"));
        row.setField("drilled_on", LocalDate.EPOCH);
        row.setField("updated_at", Instant.EPOCH.atOffset(ZoneOffset.UTC));
        row.setField("active", true);
        row.setField("labels", List.of("a"));
        row.setField(TableShape.VERSION, version);
        return row;
    }

    private static DataFile write(Table table, int partition, List<Record> rows) {
        DataWriter<Record> writer = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSchema(table.schema())
                .build()
                .newDataWriter(
                        OutputFileFactory.builderFor(table, partition, 1)
                                .format(FileFormat.PARQUET)
                                .build()
                                .newOutputFile(),
                        table.spec(),
                        null);
        rows.forEach(writer::write);
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDataFile();
    }

    private static void delete(Table latest, RowDelta delta, Predicate<Long> keys) {
        Snapshot at = latest.currentSnapshot();
        if (at == null) {
            return;
        }
        delta.validateFromSnapshot(at.snapshotId());
        Map<String, FileScanTask> tasks = new HashMap<>();
        Events.tasks(latest, at).forEach(task -> tasks.put(task.file().location(), task));
        BaseDVFileWriter writer = new BaseDVFileWriter(
                OutputFileFactory.builderFor(latest, 0, 1)
                        .format(FileFormat.PUFFIN)
                        .build(),
                file -> FileRewrite.index(latest, tasks.get(file)));
        Schema columns = new Schema(
                latest.schema().findField("well_no"), MetadataColumns.FILE_PATH, MetadataColumns.ROW_POSITION);
        try (CloseableIterable<Record> rows =
                TableReader.read(latest, at.snapshotId(), columns, Expressions.alwaysTrue())) {
            for (Record row : rows) {
                if (keys.test(row.get(0, Long.class))) {
                    writer.delete(row.get(1, String.class), row.get(2, Long.class), latest.spec(), null);
                }
            }
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writer.result().deleteFiles().forEach(delta::addDeletes);
        writer.result().rewrittenDeleteFiles().forEach(delta::removeDeletes);
    }

    /** Latest as it stands; throws where a key stands twice, or the sink's word is lost. */
    Map<Long, String> latest() {
        Table latest = table(true);
        Snapshot now = Objects.requireNonNull(latest.currentSnapshot());
        if (!Summary.offsets(now.summary().get(Summary.OFFSETS)).equals(offsets)) {
            throw new AssertionError("the offsets must be carried on but were " + now.summary());
        }
        return rows(latest, now);
    }

    /** Latest as readers see it. */
    Map<Long, String> readLatest() {
        Table latest = published(true);
        Snapshot now = latest.currentSnapshot();
        return now == null ? Map.of() : rows(latest, now);
    }

    /** Events of history as readers see them. */
    long readEvents() {
        Table history = published(false);
        Snapshot now = history.currentSnapshot();
        return now == null ? 0 : Long.parseLong(now.summary().get("total-records"));
    }

    private static Map<Long, String> rows(Table latest, Snapshot now) {
        Map<Long, String> rows = new TreeMap<>();
        Schema columns =
                new Schema(latest.schema().findField("well_no"), latest.schema().findField("owner_name"));
        try (CloseableIterable<Record> records =
                TableReader.read(latest, now.snapshotId(), columns, Expressions.alwaysTrue())) {
            for (Record row : records) {
                if (rows.put(row.get(0, Long.class), row.get(1, String.class)) != null) {
                    throw new AssertionError("a key stands twice: " + row.get(0));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
