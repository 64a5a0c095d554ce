package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A product's {@code _latest} table, and how its key indexes follow it or are rebuilt from it and from {@code _history}. */
final class IcebergLatestPort extends IcebergTablePort implements LatestPort {
    IcebergLatestPort(EncryptedCatalog catalog, Contract contract) {
        super(catalog, contract, true);
    }

    @Override
    public @Nullable Tail tail(int partition, long snapshotId, Head head, @Nullable String ownCommitId) {
        Table at = table();
        Deque<Snapshot> between = new ArrayDeque<>();
        Long next = head.snapshotId() == NO_SNAPSHOT ? null : Long.valueOf(head.snapshotId());
        while (next != null && next != snapshotId) {
            Snapshot snapshot = at.snapshot(next);
            if (snapshot == null) {
                return null;
            }
            between.push(snapshot);
            next = snapshot.parentId();
        }
        if (next == null && snapshotId != NO_SNAPSHOT) {
            return null;
        }
        Snapshot older = next == null ? null : at.snapshot(next);
        if (older == null && next != null) {
            return null;
        }
        Head before = head(at, older);
        long fromOffset = before.next(partition);
        boolean isTouched = false;
        Set<String> files = new HashSet<>();
        for (Snapshot snapshot : between) {
            Head after = head(at, snapshot);
            boolean isCommit = !Objects.equals(before.commitId(), after.commitId());
            boolean isOwn = isCommit && Objects.equals(ownCommitId, after.commitId());
            boolean isMoved = after.next(partition) != before.next(partition);
            if (!isOwn && (isMoved || !isCommit) && isTouching(at, snapshot, partition, files)) {
                if (!isCommit && !DataOperations.REPLACE.equals(snapshot.operation())) {
                    return null; // neither a sink nor a rewrite of the same rows: nobody says which rows are left
                }
                isTouched = true;
            }
            isTouched |= isMoved && !isOwn;
            before = after;
        }
        return new Tail(fromOffset, Set.copyOf(files), isTouched);
    }

    /** Whether the snapshot has to do with the partition's files; takes the new ones in and the removed ones out. */
    private static boolean isTouching(Table at, Snapshot snapshot, int partition, Set<String> files) {
        boolean isTouching = false;
        SnapshotChanges changes =
                SnapshotChanges.builderFor(at).snapshot(snapshot).build();
        for (DataFile file : changes.addedDataFiles()) {
            if (FileNames.partition(file.location()) == partition) {
                files.add(file.location());
                isTouching = true;
            }
        }
        for (DataFile file : changes.removedDataFiles()) {
            if (FileNames.partition(file.location()) == partition) {
                files.remove(file.location());
                isTouching = true;
            }
        }
        if (!DataOperations.REPLACE.equals(snapshot.operation())) {
            for (DeleteFile file : changes.addedDeleteFiles()) {
                String of = file.referencedDataFile();
                isTouching |= of != null && FileNames.partition(of) == partition;
            }
        }
        return isTouching;
    }

    @Override
    public void rows(Head head, int partition, @Nullable Set<String> files, BiConsumer<Key, KeyIndex.Entry> rows) {
        Table at = table();
        KeyColumns key = new KeyColumns(at.schema(), contract.keyFields());
        List<Types.NestedField> columns = new ArrayList<>(key.columns());
        columns.add(at.schema().findField(TableShape.VERSION));
        columns.add(MetadataColumns.FILE_PATH);
        columns.add(MetadataColumns.ROW_POSITION);
        int version = key.columns().size();
        try (CloseableIterable<Record> records = TableReader.read(
                at,
                head.snapshotId(),
                new Schema(columns),
                Expressions.alwaysTrue(),
                file -> FileNames.partition(file) == partition && (files == null || files.contains(file)))) {
            for (Record row : records) {
                rows.accept(
                        Key.of(key.text(row)),
                        new KeyIndex.Entry(
                                Version.parse(row.get(version, String.class)),
                                new Place(row.get(version + 1, String.class), row.get(version + 2, Long.class))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void deletes(int partition, long fromOffset, long beforeOffset, BiConsumer<Key, KeyIndex.Entry> rows) {
        Table history = StagedOperations.of(catalog.loadTable(ProductTables.identifier(contract.name(), false)));
        Snapshot snapshot = history.currentSnapshot();
        if (snapshot == null) {
            return;
        }
        Schema columns = LakeTables.projection(
                history.schema(),
                List.of(TableShape.OP, TableShape.KEY, TableShape.VERSION, TableShape.PARTITION, TableShape.OFFSET));
        Expression filter = Expressions.and(
                Expressions.equal(TableShape.OP, Op.DELETE.code()),
                Expressions.equal(TableShape.PARTITION, partition),
                Expressions.greaterThanOrEqual(TableShape.OFFSET, fromOffset),
                Expressions.lessThan(TableShape.OFFSET, beforeOffset));
        try (CloseableIterable<Record> records =
                TableReader.read(history, snapshot.snapshotId(), columns, filter, file -> true)) {
            for (Record row : records) {
                long offset = row.get(4, Long.class);
                if (row.get(3, Integer.class) == partition
                        && offset >= fromOffset
                        && offset < beforeOffset
                        && Op.DELETE.code().equals(row.get(0, String.class))) {
                    rows.accept(
                            Key.of(row.get(1, String.class)),
                            new KeyIndex.Entry(Version.parse(row.get(2, String.class)), null));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
