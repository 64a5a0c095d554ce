package io.fedmesh.lake.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.UnaryOperator;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.types.Types;

/** Iceberg itself, format v3, on a catalog and files in memory; somebody may come between any refresh and its commit. */
final class MemoryLake extends InMemoryCatalog {
    static final Schema ROW = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "state", Types.StringType.get()),
            Types.NestedField.required(3, "day", Types.IntegerType.get()));
    private static final TableIdentifier NAME = TableIdentifier.of("lake", "rows");

    /** Runs once, right before the next commit reaches the catalog. */
    Runnable beforeCommit = () -> {};
    /** Every file in the store. */
    final Set<String> files = new ConcurrentSkipListSet<>();
    /** Wraps the operations of tables that are loaded from now on. */
    UnaryOperator<TableOperations> faults = UnaryOperator.identity();
    /** How those who write see the table. */
    UnaryOperator<Table> sight = UnaryOperator.identity();

    MemoryLake() {
        initialize("memory", Map.of());
        createNamespace(Namespace.of("lake"));
    }

    Table create(PartitionSpec spec, SortOrder order) {
        Map<String, String> properties = new HashMap<>();
        properties.put("format-version", "3");
        properties.put("write.parquet.compression-codec", "uncompressed");
        properties.put("commit.retry.min-wait-ms", "1");
        properties.put("commit.retry.max-wait-ms", "2");
        return buildTable(NAME, ROW)
                .withPartitionSpec(spec)
                .withSortOrder(order)
                .withProperties(properties)
                .create();
    }

    /** As those who write see it. */
    Table load() {
        return sight.apply(published());
    }

    /** As readers see it. */
    Table published() {
        return loadTable(NAME);
    }

    /** Whatever is written from now on is staged. */
    void audit() {
        published()
                .updateProperties()
                .set(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, "true")
                .commit();
        sight = StagedOperations::of;
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
        return faults.apply(new Interrupted(super.newTableOps(identifier)));
    }

    private final class Interrupted implements TableOperations {
        private final TableOperations real;

        private Interrupted(TableOperations real) {
            this.real = real;
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            Runnable first = beforeCommit;
            beforeCommit = () -> {};
            first.run();
            real.commit(base, metadata);
        }

        @Override
        public TableMetadata current() {
            return real.current();
        }

        @Override
        public TableMetadata refresh() {
            return real.refresh();
        }

        @Override
        public FileIO io() {
            return new Recorded(real.io());
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return real.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return real.locationProvider();
        }
    }

    /** Knows which files there are. */
    private final class Recorded implements FileIO {
        private static final long serialVersionUID = 1L;
        private final FileIO real;

        private Recorded(FileIO real) {
            this.real = real;
        }

        @Override
        public InputFile newInputFile(String path) {
            return real.newInputFile(path);
        }

        @Override
        public OutputFile newOutputFile(String path) {
            files.add(path);
            return real.newOutputFile(path);
        }

        @Override
        public void deleteFile(String path) {
            files.remove(path);
            real.deleteFile(path);
        }
    }
}
