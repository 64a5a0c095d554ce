package io.fedmesh.app.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.testkit.ledger.Finding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The oracle is tested by mistakes that it must find; on the same seeds it finds nothing without them. */
class PlantedBugsTest {
    private static final int MAX_SEEDS = 300;

    @TestFactory
    List<DynamicTest> theOracleFinds() {
        List<PlantedBug> bugs = new ArrayList<>(CaptureBugs.all());
        bugs.addAll(SinkBugs.all());
        return bugs.stream()
                .map(bug -> DynamicTest.dynamicTest(bug.name(), () -> find(bug)))
                .toList();
    }

    private static void find(PlantedBug bug) {
        Set<Finding.Kind> found = EnumSet.noneOf(Finding.Kind.class);
        for (long seed = 1; seed <= MAX_SEEDS; seed++) {
            for (Finding finding : Simulation.run(seed, bug.wiring(), false).findings()) {
                found.add(finding.kind());
            }
            if (found.contains(bug.expected())) {
                Simulation.Result clean = Simulation.run(seed, new Wiring(), false);
                assertThat(clean.findings()).as("without the bug: " + clean).isEmpty();
                return;
            }
        }
        assertThat(found)
                .as("findings in " + MAX_SEEDS + " seeds with the bug: " + bug.name())
                .contains(bug.expected());
    }
}
