package io.fedmesh.app.simulation;

import io.fedmesh.lake.internal.SinkCore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Everything outside the cores, and the seed that decides all of it: who takes the next step, what fails, who dies. A call
 * of a port may let other processes take steps first, so that one thread sees what many would do.
 */
final class World {
    /** An idle sink looks at its tables within this time. */
    static final Duration MAX_LOOK = Duration.ofSeconds(30);

    private static final int MAX_DEPTH = 2;
    private static final int TRACE = 400;

    final SplittableRandom random;
    final Wiring wiring;
    final FakeClock clock = new FakeClock();
    final FakeSource source;
    final FakeLog log;
    final List<FakeTable> histories = new ArrayList<>();
    final List<FakeTable> latests = new ArrayList<>();
    final Operator operator;
    final List<CaptureProcess> captures = new ArrayList<>();
    final List<List<SinkProcess>> sinks = new ArrayList<>();
    final Deque<String> trace = new ArrayDeque<>();
    final List<FakeGroup> groups = new ArrayList<>();
    /** For bugs only: what the broker would remember of a consumer group. */
    final Map<String, Long> groupOffsets = new HashMap<>();

    final Map<String, Integer> reached = new TreeMap<>();
    final boolean isTraced;
    final boolean isDropping;
    final Map<Integer, List<FakeKeyIndex.Disk>> disks = new HashMap<>();
    Faults faults;
    private int depth;
    private int ids;

    World(long seed, Wiring wiring, boolean isTraced) {
        this.random = new SplittableRandom(seed);
        this.wiring = wiring;
        this.isTraced = isTraced;
        this.faults = Faults.draw(random);
        this.isDropping = random.nextInt(20) == 0;
        this.source = new FakeSource(this);
        this.log = new FakeLog(this);
        for (int table = 0; table < FakeSource.TABLES; table++) {
            histories.add(new FakeTable(this, Bank.name(table) + "_history"));
            latests.add(new FakeTable(this, Bank.name(table) + "_latest"));
            sinks.add(new ArrayList<>());
            groups.add(new FakeGroup(this, table));
        }
        this.operator = new Operator(this);
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    String id(String kind) {
        return kind + ++ids;
    }

    SinkCore.Limits limits() {
        return new SinkCore.Limits(
                Duration.ofMillis(200 + random.nextInt(2_000)),
                1 + random.nextInt(40),
                1 << 20,
                Duration.ofMillis(200 + random.nextLong(MAX_LOOK.toMillis() - 200)));
    }

    void note(String what) {
        if (isTraced) {
            if (trace.size() == TRACE) {
                trace.removeFirst();
            }
            trace.add(what);
        }
    }

    /** Counts that the run came here: a fault that never bites proves nothing. */
    void reach(String what) {
        reached.merge(what, 1, Integer::sum);
        note(what);
    }

    /** Every call of a port begins here. */
    void port(Process caller, String call) {
        if (caller.isDead()) {
            throw new ProcessDeath(call);
        }
        if (chance(faults.death())) {
            reach("death in " + call.substring(call.lastIndexOf(' ') + 1));
            note(caller + " died");
            throw new ProcessDeath(call);
        }
        if (depth < MAX_DEPTH && chance(faults.interleaving())) {
            depth++;
            try {
                if (random.nextInt(5) == 0) {
                    operator.compact(tables().get(random.nextInt(tables().size())));
                }
                for (int i = random.nextInt(4); i >= 0; i--) {
                    step();
                }
            } finally {
                depth--;
            }
        }
    }

    /** Lets somebody take a step. */
    void step() {
        clock.move(random.nextInt(200) == 0 ? random.nextLong(-5_000, 5_000) : random.nextInt(60));
        int dice = random.nextInt(1_000);
        if (dice < 380) {
            source.work();
        } else if (dice < 560) {
            run(captures);
        } else if (dice < 880) {
            run(sinks.get(random.nextInt(sinks.size())));
        } else if (dice < 900) {
            source.heartbeat();
        } else if (dice < 915) {
            source.checkpoint();
        } else if (dice < 940) {
            operator.upkeep();
        } else if (dice < 955) {
            operator.replay();
        } else if (dice < 965) {
            operator.poison();
        } else if (dice < 985) {
            log.settle();
            tables().forEach(FakeTable::settle);
        } else if (dice < 992) {
            if (chance(faults.takeover())) {
                takeover();
            }
        } else if (dice < 996) {
            groups.get(random.nextInt(groups.size())).rebalance();
        } else if (random.nextInt(10) == 0) {
            run(new Resync(this));
        } else if (chance(faults.death() * 20)) {
            reach("source crash");
            source.crash();
        } else if (isDropping && faults.death() > 0 && random.nextInt(3) == 0) {
            operator.meddle();
        }
    }

    /** Whatever died is started again. */
    void supervise() {
        captures.removeIf(CaptureProcess::isDead);
        if (captures.isEmpty()) {
            captures.add(wiring.capture(this));
        }
        for (int table = 0; table < sinks.size(); table++) {
            List<SinkProcess> processes = sinks.get(table);
            processes.removeIf(SinkProcess::isDead);
            if (processes.isEmpty()) {
                processes.add(wiring.sink(this, table, FakeKeyIndex.free(this, table)));
            }
            groups.get(table).settle();
        }
    }

    List<FakeTable> tables() {
        List<FakeTable> tables = new ArrayList<>(histories);
        tables.addAll(latests);
        return tables;
    }

    void run(List<? extends Process> processes) {
        if (!processes.isEmpty()) {
            run(processes.get(random.nextInt(processes.size())));
        }
    }

    void run(Process process) {
        if (process.isRunning || process.isDead()) {
            return;
        }
        process.isRunning = true;
        try {
            process.step();
        } catch (ProcessDeath e) {
            process.die(true);
        } finally {
            process.isRunning = false;
        }
    }

    /** Another instance begins while the others go on: of captures, which of them is the zombie, they must find out. */
    private void takeover() {
        int which = random.nextInt(3);
        if (which == 2) {
            reach("second capture");
            captures.add(wiring.capture(this));
        } else if (sinks.get(which).size() < FakeKeyIndex.PODS) {
            reach("second sink");
            sinks.get(which).add(wiring.sink(this, which, FakeKeyIndex.free(this, which)));
        }
    }
}
