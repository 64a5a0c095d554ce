package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * The main branch of an audited table, which nobody else moves: always forward, along the line of what was staged, and to a
 * snapshot that is there already. It is one metadata commit, no file is written, and so it can be tried again after any outcome.
 *
 * <p>While the main branch is held, snapshots between it and the staged ones expire, and then the line no longer shows that the
 * one leads to the other. The table remembers therefore where an audit left the main branch: as long as it stands there, all
 * that was staged since was staged on top of it.
 */
final class Publication {
    private static final String PUBLISHED_SNAPSHOT = "mesh.published-snapshot";
    private static final int MAX_TRIES = 20;

    /** How a snapshot stands to the main branch. */
    private enum Place {
        AHEAD,
        /** At the main branch's own, or behind. */
        REACHED,
        ASTRAY
    }

    /** Whether a snapshot descends from another. */
    private enum Way {
        SEEN,
        NONE,
        /** A step of it has expired. */
        UNKNOWN
    }

    private Publication() {}

    /** Whether readers see what this snapshot has, or what came later. */
    static boolean isReached(TableMetadata metadata, Snapshot snapshot) {
        return !StagedOperations.isAudited(metadata) || place(metadata, snapshot) == Place.REACHED;
    }

    /**
     * Moves the main branch on to a staged snapshot; does nothing where it has come as far or farther.
     *
     * @param table as the catalog loads it
     * @throws TableRefusedException when the snapshot does not descend from the main branch: somebody else moved it
     * @throws TablePort.StaleBaseException when the snapshot has expired meanwhile
     */
    static void publish(Table table, long snapshotId) {
        change(table, (base, name) -> {
            Snapshot target = base.snapshot(snapshotId);
            if (target == null) {
                throw new TablePort.StaleBaseException("[" + name + "] a snapshot must be known until it is audited but"
                        + " was dropped: 'upkeep.snapshotRetention' is shorter than an audit takes");
            }
            return isReached(base, target)
                    ? base
                    : forward(base, name, target)
                            .setProperties(Map.of(PUBLISHED_SNAPSHOT, Long.toString(snapshotId)))
                            .build();
        });
    }

    /** Makes the table one that is not audited: what is staged is what it holds from now on. Does nothing to any other. */
    static void end(Table table) {
        if (!StagedOperations.isAudited(
                ((HasTableOperations) table).operations().current())) {
            return;
        }
        change(table, (base, name) -> {
            if (!StagedOperations.isAudited(base)) {
                return base;
            }
            Snapshot staged = StagedOperations.head(base);
            TableMetadata.Builder next = staged == null || isReached(base, staged)
                    ? TableMetadata.buildFrom(base)
                    : forward(base, name, staged);
            return next.removeRef(StagedOperations.STAGED)
                    .removeProperties(Set.of(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, PUBLISHED_SNAPSHOT))
                    .build();
        });
    }

    private static TableMetadata.Builder forward(TableMetadata base, String name, Snapshot target) {
        if (place(base, target) == Place.ASTRAY) {
            throw new TableRefusedException("[" + name + "] snapshot " + target.snapshotId()
                    + " must descend from the main branch to be published but does not: something else moved the branch;"
                    + " set it back to a snapshot that was published");
        }
        return TableMetadata.buildFrom(base).setBranchSnapshot(target.snapshotId(), SnapshotRef.MAIN_BRANCH);
    }

    private static Place place(TableMetadata metadata, Snapshot snapshot) {
        Snapshot main = metadata.currentSnapshot();
        if (main == null) {
            return Place.AHEAD;
        }
        if (way(metadata, snapshot, main) == Way.SEEN) {
            return Place.REACHED;
        }
        return switch (way(metadata, main, snapshot)) {
            case SEEN -> Place.AHEAD;
            case NONE -> Place.ASTRAY;
            case UNKNOWN -> {
                String left = metadata.properties().get(PUBLISHED_SNAPSHOT);
                if (!Long.toString(main.snapshotId()).equals(left)) {
                    yield Place.ASTRAY;
                }
                yield snapshot.sequenceNumber() > main.sequenceNumber() ? Place.AHEAD : Place.REACHED;
            }
        };
    }

    private static Way way(TableMetadata metadata, Snapshot from, Snapshot to) {
        Snapshot at = to;
        while (at.snapshotId() != from.snapshotId()) {
            Long parentId = at.parentId();
            Snapshot parent = parentId == null ? null : metadata.snapshot(parentId);
            if (parent == null) {
                return parentId == null ? Way.NONE : Way.UNKNOWN;
            }
            at = parent;
        }
        return Way.SEEN;
    }

    private static void change(Table table, BiFunction<TableMetadata, String, TableMetadata> to) {
        TableOperations operations = ((HasTableOperations) table).operations();
        for (int tries = 1; ; tries++) {
            TableMetadata base = operations.refresh();
            TableMetadata next = to.apply(base, table.name());
            if (next == base) {
                return;
            }
            try {
                operations.commit(base, next);
                return;
            } catch (CommitFailedException e) {
                if (tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }
}
