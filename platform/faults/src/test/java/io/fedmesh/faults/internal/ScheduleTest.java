package io.fedmesh.faults.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void aSeedDrawsTheSameFaultsAtTheSameMoments() {
        assertThat(text(Schedule.of(4711, Faults.all()))).isEqualTo(text(Schedule.of(4711, Faults.all())));
    }

    @Test
    void everyFaultIsDrawnInAHundredSeeds() {
        Set<String> drawn = new HashSet<>();
        LongStream.rangeClosed(1, 100)
                .forEach(seed -> Schedule.of(seed, Faults.all())
                        .draws()
                        .forEach(draw -> drawn.add(draw.fault().toString())));

        assertThat(drawn).containsAll(Faults.all().stream().map(Fault::toString).toList());
    }

    @Test
    void faultsHaveNamesOfTheirOwn() {
        assertThat(Faults.all().stream().map(Fault::toString)).doesNotHaveDuplicates();
    }

    private static List<String> text(Schedule schedule) {
        return schedule.draws().stream()
                .map(draw -> draw.fault() + " " + draw.at() + " " + draw.salt())
                .toList();
    }
}
