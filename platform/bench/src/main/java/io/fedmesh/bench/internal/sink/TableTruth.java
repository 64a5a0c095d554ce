package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Reads a leg's tables back, by Iceberg's readers, and compares them with what the topic's maker knows. */
final class TableTruth {
    private record Rows(long count, long revisions) {}

    private final LegSettings settings;

    TableTruth(LegSettings settings) {
        this.settings = settings;
    }

    /**
     * Bytes of the data files and deletion vectors of the leg's current snapshots.
     *
     * @throws IllegalStateException when a row is missing, extra or different, or there is an equality delete
     */
    long check(Leg leg, LegSettings.Part part, Truth truth) {
        long events = leg.keepsDeletes() ? truth.records() : truth.rows();
        Rows all = new Rows(events, truth.allRevisions());
        if (!leg.isOurs()) {
            try (JdbcCatalog catalog = PlainCatalog.open(settings)) {
                Table table = catalog.loadTable(PlainCatalog.identifier(part.product()));
                demand(
                        leg,
                        "table",
                        all,
                        sum(IcebergGenerics.read(table)
                                .select(Accounts.REVISION)
                                .build()));
                return bytes(table);
            }
        }
        LakeConfig.Encryption encryption =
                leg.isEncrypted() ? LakeConfig.Encryption.DEMANDED : LakeConfig.Encryption.LEFT_TO_THE_BUCKET;
        try (Lakehouse lakehouse = Lakehouse.open(OurLeg.lake(settings, encryption))) {
            ProductName product = part.contract().name();
            demand(leg, "history", all, sum(lakehouse.scan(product, false, List.of(Accounts.REVISION))));
            Table history = load(lakehouse, product, product.historyTable());
            if (leg == Leg.CHECKED) {
                demandTokens(lakehouse.scan(product, false, List.of(Accounts.HOLDER)), truth.rows());
            }
            if (!leg.hasLatest()) {
                return bytes(history);
            }
            Rows live = new Rows(truth.liveKeys(), truth.liveRevisions());
            demand(leg, "latest", live, sum(lakehouse.scan(product, true, List.of(Accounts.REVISION))));
            return bytes(history) + bytes(load(lakehouse, product, product.latestTable()));
        }
    }

    private static Table load(Lakehouse lakehouse, ProductName product, String name) {
        return lakehouse.catalog().loadTable(TableIdentifier.of(product.namespace(), name));
    }

    private static void demand(Leg leg, String table, Rows expected, Rows found) {
        if (!expected.equals(found)) {
            throw new IllegalStateException("[bench " + leg + "] the " + table + " must hold " + expected.count
                    + " rows with revisions of " + expected.revisions + " in all but holds " + found.count + " of "
                    + found.revisions);
        }
    }

    private static void demandTokens(CloseableIterable<Record> rows, long expected) {
        long tokens = 0;
        try (rows) {
            for (Record row : rows) {
                String holder = row.get(0, String.class);
                tokens += holder != null && holder.length() == Tokens.LENGTH && holder.indexOf(' ') < 0 ? 1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (tokens != expected) {
            throw new IllegalStateException(
                    "[bench checked] " + expected + " rows must hold a token but " + tokens + " do");
        }
    }

    private static Rows sum(CloseableIterable<Record> rows) {
        long count = 0;
        long revisions = 0;
        try (rows) {
            for (Record row : rows) {
                count++;
                Object revision = row.get(0);
                revisions += revision == null ? 0 : (Long) revision;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Rows(count, revisions);
    }

    /** Refuses any delete file that is no deletion vector. */
    private static long bytes(Table table) {
        for (Snapshot snapshot : table.snapshots()) {
            for (DeleteFile delete :
                    SnapshotChanges.builderFor(table).snapshot(snapshot).build().addedDeleteFiles()) {
                if (delete.format() != FileFormat.PUFFIN) {
                    throw new IllegalStateException("[bench] every delete of " + table.name()
                            + " must be a deletion vector but one was " + delete.content() + " in " + delete.format());
                }
            }
        }
        long bytes = 0;
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                bytes += task.file().fileSizeInBytes();
                bytes += task.deletes().stream()
                        .mapToLong(delete -> delete.contentSizeInBytes() == null ? 0 : delete.contentSizeInBytes())
                        .sum();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }
}
