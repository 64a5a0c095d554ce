package io.fedmesh.lake.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * How everything but the sink commits to a product's table: on exactly the snapshot that it looked at, carrying on all that
 * the sink said there, so that the newest snapshot always tells where the sink goes on. Iceberg's own retry would put old
 * offsets on a newer base; here the base is part of what is validated, and the caller looks again.
 */
final class CarriedCommit {
    /** In the summary of each of these commits, to find it again after an unknown outcome. */
    static final String ID = "mesh.upkeep-id";

    private static final String OURS = "mesh.";

    private CarriedCommit() {}

    /** What the sink said last, as of a snapshot; empty when no sink has committed, or its word was lost. */
    static Map<String, String> carried(Table table, Snapshot at) {
        for (Snapshot ancestor : SnapshotUtil.ancestorsOf(at.snapshotId(), table::snapshot)) {
            if (ancestor.summary().containsKey(Summary.OFFSETS)) {
                Map<String, String> said = new HashMap<>();
                ancestor.summary().forEach((name, value) -> {
                    if (name.startsWith(OURS) && !name.equals(ID)) {
                        said.put(name, value);
                    }
                });
                return said;
            }
        }
        return Map.of();
    }

    /**
     * Commits, or finds that the table moved on.
     *
     * @param base the current snapshot as the caller saw it
     * @param id never the same twice
     * @return whether it took place; false is definite
     * @throws RuntimeException when the outcome is unknown: nothing of the update may be cleaned up
     */
    static boolean commit(Table table, Snapshot base, SnapshotUpdate<?> update, String id) {
        carried(table, base).forEach(update::set);
        update.set(ID, id);
        update.validateWith(new StandsAt(base.snapshotId()));
        try {
            update.commit();
            return true;
        } catch (ValidationException | CommitFailedException e) {
            return false;
        } catch (RuntimeException e) {
            table.refresh();
            if (tookPlace(table, id)) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Whether only sinks and rewrites of the same rows led from one snapshot to another: whoever looked at the first knows
     * every row of the second but those that sinks brought. A replay or a rebuild, or a stranger, is something else.
     *
     * @param from {@link TablePort#NO_SNAPSHOT} for the beginning
     */
    static boolean isOfSinks(Table table, long from, long to) {
        for (long at = to; at != from; ) {
            Snapshot step = table.snapshot(at);
            if (step == null) {
                return false;
            }
            Long parentId = step.parentId();
            Snapshot parent = parentId == null ? null : table.snapshot(parentId);
            if (parent == null && (parentId != null || from != TablePort.NO_SNAPSHOT)) {
                return false;
            }
            String before = parent == null ? null : carried(table, parent).get(Summary.COMMIT_ID);
            boolean isSinks = !Objects.equals(before, carried(table, step).get(Summary.COMMIT_ID));
            if (!isSinks && !DataOperations.REPLACE.equals(step.operation()) && isChangingRows(step)) {
                return false;
            }
            at = parent == null ? TablePort.NO_SNAPSHOT : parent.snapshotId();
        }
        return true;
    }

    private static boolean isChangingRows(Snapshot step) {
        return Stream.of(
                        SnapshotSummary.ADDED_FILES_PROP,
                        SnapshotSummary.DELETED_FILES_PROP,
                        SnapshotSummary.ADDED_DELETE_FILES_PROP,
                        SnapshotSummary.REMOVED_DELETE_FILES_PROP)
                .anyMatch(files -> !step.summary().getOrDefault(files, "0").equals("0"));
    }

    private static boolean tookPlace(Table table, String id) {
        long current = Objects.requireNonNull(table.currentSnapshot()).snapshotId();
        for (Snapshot ancestor : SnapshotUtil.ancestorsOf(current, table::snapshot)) {
            if (id.equals(ancestor.summary().get(ID))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses every base but one; runs on the refreshed one of every attempt.
     *
     * @param snapshotId {@link TablePort#NO_SNAPSHOT} for an empty table
     */
    record StandsAt(long snapshotId) implements SnapshotAncestryValidator {
        @Override
        public boolean validate(Iterable<Snapshot> ancestors) {
            var it = ancestors.iterator();
            return (it.hasNext() ? it.next().snapshotId() : TablePort.NO_SNAPSHOT) == snapshotId;
        }

        @Override
        public String errorMessage() {
            return "the table moved on since it was looked at";
        }
    }
}
