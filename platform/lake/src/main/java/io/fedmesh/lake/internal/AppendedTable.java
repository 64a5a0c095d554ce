package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.LogTable;
import io.fedmesh.lake.TableRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * A log's rows in a table, appended with the offsets that they reach to, in one commit on exactly the snapshot that was looked
 * at. It is no product's, so no plan lists it and none drops it. Its files are named and its offsets are told as the sink's,
 * so that upkeep works on it as it is. Used by one thread.
 */
public final class AppendedTable {
    private final EncryptedCatalog catalog;
    private final TableIdentifier identifier;
    private final Schema columns;
    private final Clock clock;
    private final Supplier<String> ids;
    private final LongConsumer pauseMs;

    public AppendedTable(
            EncryptedCatalog catalog,
            ProductName name,
            Schema columns,
            Clock clock,
            SecureRandom random,
            LongConsumer pauseMs) {
        this.catalog = catalog;
        this.identifier = ProductTables.identifier(name, false);
        this.columns = columns;
        this.clock = clock;
        this.ids = new CommitIds(clock, random);
        this.pauseMs = pauseMs;
    }

    /** Makes it where it is missing, and adds columns that it lacks. */
    public void ensure(String domain) {
        if (!catalog.tableExists(identifier)) {
            ProductTables.create(catalog, identifier, columns, PartitionSpec.unpartitioned(), properties(domain));
        }
        Table table = load();
        if (columns.columns().stream().anyMatch(column -> table.schema().findField(column.name()) == null)) {
            table.updateSchema().unionByNameWith(columns).commit();
        }
    }

    private Map<String, String> properties(String domain) {
        Map<String, String> properties = new HashMap<>();
        properties.put(TableProperties.FORMAT_VERSION, "3");
        if (catalog.demand() == LakeConfig.Encryption.DEMANDED) {
            properties.put(TableProperties.ENCRYPTION_TABLE_KEY, TableShape.keyId(domain));
        }
        properties.put(TableProperties.PARQUET_COMPRESSION, "zstd");
        properties.put(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "10");
        properties.put(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true");
        properties.put(TableProperties.DEFAULT_WRITE_METRICS_MODE, "none");
        for (String column : List.of(TableShape.PARTITION, TableShape.OFFSET)) {
            properties.put(TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + column, "full");
        }
        return properties;
    }

    /** See {@link LogTable#offsets}. */
    public Map<Integer, Long> offsets() {
        return offsets(load());
    }

    private Map<Integer, Long> offsets(Table table) {
        Snapshot current = table.currentSnapshot();
        if (current == null) {
            return Map.of();
        }
        String said = CarriedCommit.carried(table, current).get(Summary.OFFSETS);
        if (said == null) {
            throw new TableRefusedException("[" + identifier + "] some snapshot must hold '" + Summary.OFFSETS
                    + "' but none does: the table was written by something else, or its snapshots were expired by it");
        }
        return Summary.offsets(said);
    }

    /** See {@link LogTable#append}. */
    public boolean append(List<LogTable.Step> steps) {
        Table table = load();
        Snapshot base = table.currentSnapshot();
        Map<Integer, Long> offsets = new HashMap<>(offsets(table));
        for (LogTable.Step step : steps) {
            Long standing = offsets.put(step.partition(), step.to());
            if ((standing == null ? 0 : standing) != step.from()) {
                return false;
            }
        }
        List<DataFile> files = new ArrayList<>();
        for (LogTable.Step step : steps) {
            files.add(write(table, step));
        }
        AppendFiles append = table.newAppend();
        files.forEach(append::appendFile);
        append.scanManifestsWith(SameThread.POOL);
        append.set(Summary.COMMIT_ID, ids.get());
        append.set(Summary.OFFSETS, Summary.write(offsets));
        append.validateWith(new CarriedCommit.StandsAt(base == null ? TablePort.NO_SNAPSHOT : base.snapshotId()));
        try {
            append.commit();
            return true;
        } catch (ValidationException | CommitFailedException e) {
            files.forEach(file -> discard(table, file));
            return false;
        }
    }

    private static DataFile write(Table table, LogTable.Step step) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, step.partition(), 0)
                .format(FileFormat.PARQUET)
                .build();
        DataWriter<Record> writer = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSchema(table.schema())
                .build()
                .newDataWriter(files.newOutputFile(), table.spec(), null);
        try (writer) {
            for (Record row : step.rows()) {
                writer.write(as(table.schema(), row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DataFile file = writer.toDataFile();
        long stored = table.io().newInputFile(file.location()).getLength();
        if (stored != file.fileSizeInBytes()) {
            throw new UncheckedIOException(new IOException("[" + file.location() + "] must have "
                    + file.fileSizeInBytes() + " bytes in the store but has " + stored));
        }
        return file;
    }

    /** The row by the names of its columns: a newer process may have given the table more of them. */
    private static Record as(Schema schema, Record row) {
        GenericRecord whole = GenericRecord.create(schema);
        row.struct().fields().forEach(field -> whole.setField(field.name(), row.getField(field.name())));
        return whole;
    }

    /** Only after a definite no. */
    private static void discard(Table table, DataFile file) {
        try {
            table.io().deleteFile(file.location());
        } catch (RuntimeException e) {
            // an orphan then
        }
    }

    /** See {@link LogTable#keep}. */
    public void keep() {
        var unused = new TableUpkeep(this::load, Contract.Upkeep.DEFAULT, clock, ids, pauseMs).runLatest();
    }

    /** See {@link LogTable#deleteOrphans}. */
    public int deleteOrphans() {
        return new Orphans(this::load, this::list, clock).delete(Contract.Upkeep.DEFAULT.orphanAge());
    }

    private Iterable<FileInfo> list(String folder) {
        return ((EncryptedTableOperations) ((HasTableOperations) load()).operations()).list(folder);
    }

    private Table load() {
        return catalog.loadTable(identifier);
    }
}
