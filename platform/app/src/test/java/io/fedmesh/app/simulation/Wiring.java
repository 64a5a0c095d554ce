package io.fedmesh.app.simulation;

import io.fedmesh.cdc.internal.EventLog;
import io.fedmesh.cdc.internal.LiveKeys;
import io.fedmesh.contract.Names;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.LatestPort;
import io.fedmesh.lake.internal.TablePort;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** How the cores are joined with what is around them: rightly. A planted bug overrides one of these. */
class Wiring {
    CaptureProcess capture(World world) {
        return new CaptureProcess(world);
    }

    SinkProcess sink(World world, int table, FakeKeyIndex.Disk disk) {
        return new SinkProcess(world, table, disk);
    }

    String transactionalId(World world) {
        return Names.transactionalId(Bank.SOURCE.domain(), "cdc", Bank.SOURCE.name());
    }

    EventLog eventLog(FakeEventLog log) {
        return log;
    }

    LiveKeys liveKeys(LiveKeys keys) {
        return keys;
    }

    TablePort history(LatestPort table) {
        return table;
    }

    LatestPort latest(SinkProcess process, LatestPort table) {
        return table;
    }

    KeyIndex index(KeyIndex index) {
        return index;
    }

    /** Whether a commit's claim holds. */
    boolean holds(TablePort.Commit commit, TablePort.Head now) {
        return commit.holdsOn(now);
    }

    /** What the snapshot of a commit says. */
    TablePort.Head next(TablePort.Commit commit, TablePort.Head now) {
        return commit.on(now, TablePort.NO_SNAPSHOT);
    }

    /** The offsets that upkeep writes into its snapshot. */
    Map<Integer, Long> carried(Map<Integer, Long> offsets) {
        return offsets;
    }

    /** The deletion vectors of a rewritten file, of whose rows these were deleted since they were read. */
    List<BitSet> lateDeletes(BitSet positions) {
        return List.of(positions);
    }

    /** The deletion vectors of a file after a commit that brings a new one. */
    List<BitSet> vectors(List<BitSet> before, BitSet brought) {
        return List.of(brought);
    }
}
