package io.fedmesh.app.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The real cores of capture and sink between a simulated database, broker and catalog. {@code -Dseeds=N} runs more
 * seeds, {@code -Dsim.seed=S} runs one and tells its story. Seeds share nothing, so two run at a time.
 */
class SimulationTest {
    private static final int SEEDS = 1_000;
    private static final int THREADS = 2;
    private static final String[] BITES = {
        "event",
        "truncate",
        "poison",
        "replay",
        "resync",
        "source crash",
        "second capture",
        "capture fenced",
        "capture refused",
        "slot made anew",
        "capture lost response 0",
        "capture lost response 1",
        "capture lost response 2",
        "second sink",
        "sink refused",
        "sink begins again",
        "sink lost response 0",
        "sink lost response 1",
        "sink lost response 2",
        "late commit",
        "stale base",
        "compaction",
        "compaction beside a commit",
        "compaction beside a delete",
        "compaction in vain",
        "commit beside another's",
        "rebalance",
        "partitions revoked",
        "partitions lost",
        "registry away",
        "index lost",
        "index lost its last writes",
        "index rebuild",
        "index replay",
        "idle look",
        "refused in an idle look",
        "moved under an idle sink",
        "table dropped",
        "table set back"
    };

    @Test
    void nothingIsLostAndNothingIsTwiceWhateverFails() {
        Long only = Long.getLong("sim.seed");
        if (only != null) {
            Simulation.Result result = Simulation.run(only, new Wiring(), true);
            assertThat(result.findings()).as(result.toString()).isEmpty();
            return;
        }
        List<Simulation.Result> failures = new ArrayList<>();
        Map<String, Integer> reached = new TreeMap<>();
        for (Simulation.Result result : run(Integer.getInteger("seeds", SEEDS))) {
            result.reached().forEach((what, times) -> reached.merge(what, times, Integer::sum));
            if (!result.isClean() && failures.size() < 5) {
                failures.add(result);
            }
        }
        assertThat(failures).isEmpty();
        assertThat(reached)
                .as("what never happened proves nothing")
                .containsKeys(BITES)
                .doesNotContainKey("no end");
    }

    private static List<Simulation.Result> run(int seeds) {
        ForkJoinPool pool = new ForkJoinPool(THREADS);
        try {
            return pool.submit(() -> LongStream.rangeClosed(1, seeds)
                            .parallel()
                            .mapToObj(seed -> Simulation.run(seed, new Wiring(), false))
                            .toList())
                    .join();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void aSeedDecidesEverything() {
        assertThat(Simulation.run(7, new Wiring(), true)).isEqualTo(Simulation.run(7, new Wiring(), true));
    }
}
