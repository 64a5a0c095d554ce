package io.fedmesh.app.simulation;

import io.fedmesh.lake.internal.Change;
import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.LatestPort;
import io.fedmesh.lake.internal.Place;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A table that does what another does: where a planted bug overrides one call. */
class ForwardingTable implements LatestPort {
    final LatestPort table;

    ForwardingTable(LatestPort table) {
        this.table = table;
    }

    @Override
    public Head head() {
        return table.head();
    }

    @Override
    public long snapshotOf(String commitId) {
        return table.snapshotOf(commitId);
    }

    @Override
    public Stage stage(Head base) {
        return table.stage(base);
    }

    @Override
    public Head commit(Staged staged, Commit commit) {
        return table.commit(staged, commit);
    }

    @Override
    public @Nullable Tail tail(int partition, long snapshotId, Head head, @Nullable String ownCommitId) {
        return table.tail(partition, snapshotId, head, ownCommitId);
    }

    @Override
    public void rows(Head head, int partition, @Nullable Set<String> files, BiConsumer<Key, KeyIndex.Entry> rows) {
        table.rows(head, partition, files, rows);
    }

    @Override
    public void deletes(int partition, long fromOffset, long beforeOffset, BiConsumer<Key, KeyIndex.Entry> rows) {
        table.deletes(partition, fromOffset, beforeOffset, rows);
    }

    /** As the table. */
    static class ForwardingStage implements Stage {
        private final Stage stage;

        ForwardingStage(Stage stage) {
            this.stage = stage;
        }

        @Override
        public Place append(Change change) {
            return stage.append(change);
        }

        @Override
        public void delete(Place place) {
            stage.delete(place);
        }

        @Override
        public Staged close() {
            return stage.close();
        }

        @Override
        public void discard() {
            stage.discard();
        }
    }
}
