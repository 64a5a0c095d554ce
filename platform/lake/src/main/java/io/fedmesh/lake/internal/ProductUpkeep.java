package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.UpkeepReport;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileInfo;

/** Upkeep of the two tables of a product; see {@link io.fedmesh.lake.Upkeep}. */
public final class ProductUpkeep {
    /** History first: what {@code _latest} is rebuilt from. */
    private static final boolean[] LATEST = {false, true};

    private final EncryptedCatalog catalog;
    private final Clock clock;
    private final Supplier<String> ids;
    private final LongConsumer pauseMs;

    public ProductUpkeep(EncryptedCatalog catalog, Clock clock, SecureRandom random, LongConsumer pauseMs) {
        this.catalog = catalog;
        this.clock = clock;
        this.ids = new CommitIds(clock, random);
        this.pauseMs = pauseMs;
    }

    /** One round of both tables. */
    public List<UpkeepReport> round(Contract contract) {
        List<UpkeepReport> reports = new ArrayList<>();
        for (boolean latest : LATEST) {
            TableIdentifier table = ProductTables.identifier(contract.name(), latest);
            TableUpkeep upkeep = new TableUpkeep(() -> load(table), contract.upkeep(), clock, ids, pauseMs);
            TableUpkeep.Result done = latest
                    ? upkeep.runLatest()
                    : upkeep.runHistory(contract.retention().history());
            reports.add(new UpkeepReport(
                    table.toString(),
                    done.compaction().filesBefore(),
                    done.compaction().filesAfter(),
                    done.compaction().vectors(),
                    done.compaction().bytes(),
                    done.compaction().groupsGivenUp(),
                    done.manifests(),
                    done.expiry().snapshots(),
                    done.expiry().files(),
                    done.dropped()));
        }
        return reports;
    }

    /** Locations of old files that nothing names. */
    public List<String> orphans(Contract contract) {
        List<String> locations = new ArrayList<>();
        for (TableIdentifier table : tables(contract)) {
            orphans(table).find(contract.upkeep().orphanAge()).stream()
                    .map(FileInfo::location)
                    .forEach(locations::add);
        }
        return locations;
    }

    /** Deletes them. */
    public int deleteOrphans(Contract contract) {
        int deleted = 0;
        for (TableIdentifier table : tables(contract)) {
            deleted += orphans(table).delete(contract.upkeep().orphanAge());
        }
        return deleted;
    }

    /** Table to names. */
    public Map<String, Set<String>> holds(Contract contract) {
        Map<String, Set<String>> holds = new TreeMap<>();
        for (TableIdentifier table : tables(contract)) {
            holds.put(table.toString(), Holds.of(load(table)).keySet());
        }
        return holds;
    }

    /** Places a hold on both tables. */
    public void hold(Contract contract, String name) {
        tables(contract).forEach(table -> Holds.place(load(table), name));
    }

    /** Ends a hold on both tables. */
    public boolean release(Contract contract, String name) {
        boolean was = false;
        for (TableIdentifier table : tables(contract)) {
            was |= Holds.release(load(table), name);
        }
        return was;
    }

    /** Whether waiting may help. */
    public static boolean isOutage(Throwable failure) {
        return Failures.isOutage(failure);
    }

    /** What failed, for an operator; never a record's value. */
    public static String tell(Throwable failure) {
        return Failures.tell(failure);
    }

    private Orphans orphans(TableIdentifier table) {
        return new Orphans(() -> load(table), folder -> list(table, folder), clock);
    }

    private Table load(TableIdentifier table) {
        return StagedOperations.of(catalog.loadTable(table));
    }

    private Iterable<FileInfo> list(TableIdentifier identifier, String folder) {
        Table table = catalog.loadTable(identifier);
        return ((EncryptedTableOperations) ((HasTableOperations) table).operations()).list(folder);
    }

    private static List<TableIdentifier> tables(Contract contract) {
        return List.of(
                ProductTables.identifier(contract.name(), false), ProductTables.identifier(contract.name(), true));
    }
}
