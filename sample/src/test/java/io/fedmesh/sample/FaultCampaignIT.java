package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.app.internal.process.Logging;
import io.fedmesh.faults.internal.Campaign;
import io.fedmesh.faults.internal.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twelve schedules of the fault campaign, always of the same seeds: processes apart, on real parts, every record held
 * against the source's own log. Nothing runs beside them, because they keep the whole machine busy. {@code mesh faults} runs
 * the long campaign.
 */
@Tag("alone")
class FaultCampaignIT {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));
    private static final int SCHEDULES = Integer.getInteger("fedmesh.faults.schedules", 12);
    private static final long SEED = Long.getLong("fedmesh.faults.seed", 1);
    private static final long ROWS = 20_000;
    private static final int SCHEDULES_PER_MESH = 6;

    @TempDir
    private Path folder;

    @Test
    void nothingIsLostDoubledOrDifferentWhateverFails() throws Exception {
        Logging.forCommand(false);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Campaign campaign = new Campaign(
                folder, ROOT, new Campaign.Settings(SCHEDULES, SEED, ROWS, SCHEDULES_PER_MESH, ""), told::add);
        List<Verdict> verdicts = campaign.run(verdict -> told.add(verdict.toString()));

        assertThat(verdicts)
                .as("again with: ./mesh faults --schedules 1 --seed <seed>; %s", told)
                .hasSize(SCHEDULES)
                .allMatch(Verdict::isClean)
                .allMatch(verdict -> verdict.committedRows() >= ROWS);
        long bitten = verdicts.stream()
                .flatMap(verdict -> verdict.faults().stream())
                .filter(fault -> fault.bites() > 0)
                .count();
        assertThat(bitten)
                .as("a campaign whose faults do not bite proves nothing: %s", told)
                .isGreaterThanOrEqualTo(3L * SCHEDULES);
    }
}
