package io.fedmesh.app.simulation;

import io.fedmesh.testkit.ledger.Finding;
import io.fedmesh.testkit.ledger.LedgerOracle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One run: faults, then healing, then the ledger. The seed decides all of it. */
final class Simulation {
    private static final int MAX_DRAIN = 2_000;

    /**
     * What a run showed.
     *
     * @param findings what the oracle found
     * @param reached how often the run came to something worth simulating
     */
    record Result(long seed, List<Finding> findings, Map<String, Integer> reached, List<String> trace) {
        boolean isClean() {
            return findings.isEmpty();
        }

        @Override
        public String toString() {
            return "seed " + seed + ", again with: mvn -pl platform/app -am test -Dquick"
                    + " -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed
                    + findings.stream().limit(20).map(f -> "\n  " + f).collect(Collectors.joining())
                    + trace.stream().map(t -> "\n    " + t).collect(Collectors.joining());
        }
    }

    private Simulation() {}

    static Result run(long seed, Wiring wiring, boolean isTraced) {
        World world = new World(seed, wiring, isTraced);
        for (int steps = 150 + world.random.nextInt(500); steps > 0; steps--) {
            world.supervise();
            world.step();
        }
        heal(world);
        List<Finding> findings = new ArrayList<>();
        for (int table = 0; table < FakeSource.TABLES; table++) {
            var ledger = LedgerReader.read(world, table);
            world.reached.merge("event", ledger.topic().size(), Integer::sum);
            findings.addAll(LedgerOracle.check(ledger));
        }
        return new Result(seed, findings, world.reached, List.copyOf(world.trace));
    }

    /**
     * Faults end, the application too; everything that lives goes on until there is nothing to do. Where somebody meddles with
     * the tables he does so once more, when nothing comes any more that would show it.
     */
    private static void heal(World world) {
        world.note("heals");
        world.faults = Faults.NONE;
        world.source.finish();
        world.source.heartbeat();
        drain(world);
        world.operator.finish();
        drain(world);
        if (world.isDropping) {
            world.operator.meddle();
        }
        world.clock.move(World.MAX_LOOK.toMillis());
        world.sinks.forEach(processes -> List.copyOf(processes).forEach(world::run));
        drain(world);
    }

    private static void drain(World world) {
        for (int i = 0; i < MAX_DRAIN; i++) {
            world.log.settle();
            world.tables().forEach(FakeTable::settle);
            world.supervise();
            world.clock.move(1_000);
            List.copyOf(world.captures).forEach(world::run);
            world.sinks.forEach(processes -> List.copyOf(processes).forEach(world::run));
            boolean isCaptured = world.captures.stream().anyMatch(p -> !p.isDead() && p.isDone());
            boolean isSunk = world.groups.stream().allMatch(FakeGroup::isDone);
            if (isCaptured && isSunk) {
                return;
            }
        }
        world.reach("no end");
    }
}
