package io.fedmesh.app.simulation;

import io.fedmesh.cdc.internal.CaptureCore;
import io.fedmesh.cdc.internal.FencedException;
import io.fedmesh.cdc.internal.OutageException;
import io.fedmesh.cdc.internal.Pause;

/** The operator asks for a new snapshot: the capture that runs is fenced, the next one begins anew. */
final class Resync extends Process implements Pause {
    private final World world;

    Resync(World world) {
        super(world.id("resync"));
        this.world = world;
    }

    @Override
    void step() {
        world.reach("resync");
        FakeEventLog log = new FakeEventLog(world, this, world.wiring.transactionalId(world));
        try (CaptureCore core = new CaptureCore(Bank.SOURCE, Bank.products(), log, log, this, 10, toString())) {
            if (core.open().isPresent()) {
                core.claimSnapshot("1", 1);
            }
        } catch (FencedException e) {
            world.note(this + " " + e.getMessage());
        }
        die(false);
    }

    @Override
    public void before(int attempt, OutageException cause) {
        world.port(this, "pause");
    }

    @Override
    public void over() {}
}
