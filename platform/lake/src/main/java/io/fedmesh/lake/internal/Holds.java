package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Legal holds of a table: tags named {@code hold-<name>}. A tag keeps its snapshot, and so every file of it, from whoever
 * expires snapshots, the sink included; while there is one, no row of a history is dropped for its age.
 */
final class Holds {
    static final String PREFIX = "hold-";
    private static final int MAX_TRIES = 10;

    private Holds() {}

    /** Name to snapshot. */
    static Map<String, Long> of(Table table) {
        Map<String, Long> holds = new TreeMap<>();
        table.refs().forEach((name, ref) -> {
            if (ref.isTag() && name.startsWith(PREFIX)) {
                holds.put(name.substring(PREFIX.length()), ref.snapshotId());
            }
        });
        return holds;
    }

    /** Refuses a table in which tags would end by themselves. */
    static void demandThatTagsStay(Table table) {
        boolean ends = table.properties().containsKey(TableProperties.MAX_REF_AGE_MS)
                || table.refs().entrySet().stream()
                        .anyMatch(ref -> ref.getKey().startsWith(PREFIX)
                                && (ref.getValue().isBranch() || ref.getValue().maxRefAgeMs() != null));
        if (ends) {
            throw new TableRefusedException("[" + table.name() + "] legal holds are tags without an end, but '"
                    + TableProperties.MAX_REF_AGE_MS + "' is set, for the table or for a tag '" + PREFIX + "…'");
        }
    }

    /** Holds the current snapshot under a name; does nothing when that name holds one already or the table is empty. */
    static void place(Table table, String name) {
        change(table, base -> {
            Snapshot now = base.currentSnapshot();
            return now == null || base.ref(PREFIX + name) != null
                    ? base
                    : TableMetadata.buildFrom(base)
                            .setRef(
                                    PREFIX + name,
                                    SnapshotRef.tagBuilder(now.snapshotId()).build())
                            .build();
        });
    }

    /** Ends a hold; false when there was none of that name. */
    static boolean release(Table table, String name) {
        boolean was = table.refs().containsKey(PREFIX + name);
        change(
                table,
                base -> base.ref(PREFIX + name) == null
                        ? base
                        : TableMetadata.buildFrom(base).removeRef(PREFIX + name).build());
        return was;
    }

    /** One metadata commit: Iceberg's own manager of references asks for a transaction, which encrypted tables refuse. */
    private static void change(Table table, UnaryOperator<@Nullable TableMetadata> to) {
        TableOperations operations = ((HasTableOperations) table).operations();
        for (int tries = 1; ; tries++) {
            TableMetadata base = operations.refresh();
            TableMetadata next = to.apply(base);
            if (next == base) {
                return;
            }
            try {
                operations.commit(base, next);
                table.refresh();
                return;
            } catch (CommitFailedException e) {
                if (tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }
}
