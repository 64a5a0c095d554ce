package io.fedmesh.app.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group of one product's sinks. It deals partitions out at any time and to anybody, and nobody is asked first:
 * as after a session that timed out, the one before may go on for a while.
 */
final class FakeGroup {
    private final World world;
    private final int table;
    private final List<@Nullable SinkProcess> owners = new ArrayList<>();

    FakeGroup(World world, int table) {
        this.world = world;
        this.table = table;
        for (int partition = 0; partition < Bank.PARTITIONS; partition++) {
            owners.add(null);
        }
    }

    /** Partitions of nobody, or of somebody who died, go to somebody who lives. */
    void settle() {
        for (int partition = 0; partition < Bank.PARTITIONS; partition++) {
            SinkProcess owner = owners.get(partition);
            if (owner == null || owner.isDead()) {
                move(partition);
            }
        }
    }

    void rebalance() {
        world.reach("rebalance");
        for (int partition = 0; partition < Bank.PARTITIONS; partition++) {
            if (world.random.nextInt(3) > 0) {
                move(partition);
            }
        }
    }

    Set<Integer> of(SinkProcess process) {
        Set<Integer> partitions = new HashSet<>();
        for (int partition = 0; partition < Bank.PARTITIONS; partition++) {
            if (owners.get(partition) == process) {
                partitions.add(partition);
            }
        }
        return partitions;
    }

    /** Everything on the topic is in both tables, and the owner of each partition knows it. */
    boolean isDone() {
        settle();
        return owners.stream().allMatch(owner -> owner != null && !owner.isDead() && owner.isDone());
    }

    private void move(int partition) {
        List<SinkProcess> living =
                world.sinks.get(table).stream().filter(p -> !p.isDead()).toList();
        if (!living.isEmpty()) {
            owners.set(partition, living.get(world.random.nextInt(living.size())));
        }
    }
}
