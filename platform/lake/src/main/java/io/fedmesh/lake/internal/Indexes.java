package io.fedmesh.lake.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/**
 * The key indexes of the partitions that a writer owns, each with the snapshot that it stands for. After other writers'
 * commits and after upkeep they follow the table: for nothing where their rows were not touched, by reading the new files
 * where they were, and anew where nobody knows any more. Used by one thread.
 */
final class Indexes implements AutoCloseable {
    private final LatestPort latest;
    private final IntFunction<KeyIndex> open;
    private final Map<Integer, KeyIndex> owned = new HashMap<>();

    /** @param open the index of a partition, which is closed with this or when the partition is given up */
    Indexes(LatestPort latest, IntFunction<KeyIndex> open) {
        this.latest = latest;
        this.open = open;
    }

    /** Closes the indexes of other partitions and opens those of these. */
    void own(Set<Integer> partitions) {
        for (Integer partition : Set.copyOf(owned.keySet())) {
            if (!partitions.contains(partition)) {
                java.util.Objects.requireNonNull(owned.remove(partition)).close();
            }
        }
        for (Integer partition : partitions) {
            owned.computeIfAbsent(partition, open::apply);
        }
    }

    Set<Integer> partitions() {
        return Set.copyOf(owned.keySet());
    }

    KeyIndex of(int partition) {
        KeyIndex index = owned.get(partition);
        if (index == null) {
            throw new IllegalStateException("a writer touches only partitions that it owns but did " + partition);
        }
        return index;
    }

    /**
     * Brings the indexes to the head. That of a partition of which history holds less than the head, because it was made
     * anew, waits until history has caught up: deletions are found nowhere else.
     */
    void follow(TablePort.Head head, TablePort.Head history) {
        owned.forEach((partition, index) -> {
            if (history.next(partition) >= head.next(partition)) {
                follow(partition, index, head);
            }
        });
    }

    /** Takes what a commit of ours changed, or reads it back where somebody else touched the same rows meanwhile. */
    void committed(
            TablePort.Head head, TablePort.Head history, String commitId, Map<Integer, KeyIndex.Changes> changes) {
        owned.forEach((partition, index) -> {
            if (history.next(partition) < head.next(partition)) {
                return;
            }
            KeyIndex.Stand stand = index.stand();
            LatestPort.Tail tail = stand == null || !stand.tableUuid().equals(head.tableUuid())
                    ? null
                    : latest.tail(partition, stand.snapshotId(), head, commitId);
            if (tail != null && !tail.isTouched()) {
                KeyIndex.Changes ours = changes.get(partition);
                index.apply(stand(head), ours == null ? KeyIndex.Changes.none() : ours);
            } else {
                follow(partition, index, head);
            }
        });
    }

    @Override
    public void close() {
        own(new HashSet<>());
    }

    private void follow(int partition, KeyIndex index, TablePort.Head head) {
        KeyIndex.Stand stand = index.stand();
        KeyIndex.Stand wanted = stand(head);
        if (wanted.equals(stand)) {
            return;
        }
        LatestPort.Tail tail = stand == null || !stand.tableUuid().equals(head.tableUuid())
                ? null
                : latest.tail(partition, stand.snapshotId(), head, null);
        if (tail == null) {
            index.rebuild(wanted, rows -> {
                if (head.snapshotId() != TablePort.NO_SNAPSHOT) {
                    latest.rows(head, partition, null, rows);
                    latest.deletes(partition, 0, head.next(partition), rows);
                }
            });
        } else if (tail.isTouched()) {
            index.replay(wanted, rows -> replay(partition, tail, head, rows));
        } else {
            index.apply(wanted, KeyIndex.Changes.none());
        }
    }

    private void replay(
            int partition, LatestPort.Tail tail, TablePort.Head head, BiConsumer<Key, KeyIndex.Entry> rows) {
        if (!tail.files().isEmpty()) {
            latest.rows(head, partition, tail.files(), rows);
        }
        if (tail.fromOffset() < head.next(partition)) {
            latest.deletes(partition, tail.fromOffset(), head.next(partition), rows);
        }
    }

    private static KeyIndex.Stand stand(TablePort.Head head) {
        return new KeyIndex.Stand(head.tableUuid(), head.snapshotId());
    }
}
