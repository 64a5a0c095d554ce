package io.fedmesh.app.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.testkit.ledger.Finding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The oracle is tested by mistakes that it must find; on the same seeds it finds nothing without them. */
class PlantedBugsTest {
    private static final int MAX_SEEDS = 300;

    /** Mistakes that somebody has made, each of which lost or doubled data, and which of ours stands for it. */
    private static final Map<String, String> ZOO = Map.ofEntries(
            Map.entry("offset before data", "the position is committed before the events"),
            Map.entry("no check of the commit's id", "a commit with an unknown outcome is made again without a look"),
            Map.entry("naive retry", "a commit with an unknown outcome is sent again without a look"),
            Map.entry("watermark without max", "the offsets follow the last record and not the highest"),
            Map.entry("random transactional.id", "the transactional id is drawn anew"),
            Map.entry("told apart by LSN", "changes are told apart by their LSN alone"),
            Map.entry("> for >=", "the last published change counts as new"),
            Map.entry("TOAST mark", "the mark of an unchanged TOAST value is published"),
            Map.entry("null key dropped", "a record without a key is dropped"),
            Map.entry("dead letter without count", "a refused record is not counted"),
            Map.entry("FileOffsetBackingStore", "a torn file of offsets reads as no offset"),
            Map.entry("deletion in one snapshot", "a deletion misses the row of its own batch"),
            Map.entry("key change without deletion", "a changed key leaves its old row behind"),
            Map.entry("outage taken for poison", "a registry's outage is taken for a bad record"),
            Map.entry("slot made anew", "a slot that is gone is made anew in silence"));

    @TestFactory
    List<DynamicTest> theOracleFinds() {
        return bugs().stream()
                .map(bug -> DynamicTest.dynamicTest(bug.name(), () -> find(bug)))
                .toList();
    }

    @Test
    void everyMistakeOfTheZooIsPlanted() {
        assertThat(ZOO).hasSize(15);
        assertThat(bugs().stream().map(PlantedBug::name)).containsAll(ZOO.values());
    }

    private static List<PlantedBug> bugs() {
        List<PlantedBug> bugs = new ArrayList<>(CaptureBugs.all());
        bugs.addAll(SinkBugs.all());
        return bugs;
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
