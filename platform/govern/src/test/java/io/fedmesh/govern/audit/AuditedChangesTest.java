package io.fedmesh.govern.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditedChanges.Change;
import io.fedmesh.govern.audit.AuditedChanges.Ending;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AuditedChangesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);
    private static final Change CHANGE = new Change(
            new Principal("ove"), "mesh.apply", "mesh", "", List.of("+ topic yard.public.crate.state.v1"), List.of());

    private final RecordingLog log = new RecordingLog();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger ids = new AtomicInteger();
    private final AuditedChanges changes = new AuditedChanges(log, CLOCK, () -> "id-" + ids.getAndIncrement());

    private int carryOut() {
        return changes.carryOut(
                CHANGE,
                done::incrementAndGet,
                count -> new Ending(Outcome.DONE, List.of(count + " done")),
                failure -> new Ending(Outcome.FAILED, List.of("failed")));
    }

    @Test
    void whatIsDoneStandsBetweenAnAttemptAndItsEndBothSealedAndOfOneRequest() {
        assertThat(carryOut()).isOne();

        assertThat(log.sealed).isEqualTo(log.events);
        assertThat(log.events)
                .containsExactly(
                        event("id-0", Outcome.ATTEMPTED, "+ topic yard.public.crate.state.v1"),
                        event("id-1", Outcome.DONE, "1 done"));
    }

    @Test
    void whereTheAttemptCannotBeRecordedNothingIsDone() {
        log.downAfter = 0;

        assertThatThrownBy(this::carryOut)
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessage("[audit] mesh.apply must be recorded before it is done but could not be; nothing was done:"
                        + " down");
        assertThat(done).hasValue(0);
    }

    @Test
    void whereOnlyTheEndCannotBeRecordedThatIsSaid() {
        log.downAfter = 1;

        assertThatThrownBy(this::carryOut)
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessage("[audit] mesh.apply was done, but that could not be recorded: down");
        assertThat(done).hasValue(1);
        assertThat(log.said()).containsExactly("mesh.apply ATTEMPTED");
    }

    @Test
    void aFailureIsRecordedAndThrownOnWhetherItsEndCouldBeRecordedOrNot() {
        for (int after : List.of(Integer.MAX_VALUE, 3)) {
            log.downAfter = after;
            assertThatThrownBy(() -> changes.carryOut(
                            CHANGE,
                            () -> {
                                throw new IOException("broken");
                            },
                            answer -> new Ending(Outcome.DONE, List.of()),
                            failure -> new Ending(Outcome.FAILED, List.of(String.valueOf(failure.getMessage())))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("broken");
        }

        assertThat(log.said()).containsExactly("mesh.apply ATTEMPTED", "mesh.apply FAILED", "mesh.apply ATTEMPTED");
        assertThat(log.events.get(1).reasons()).containsExactly("broken");
    }

    @Test
    void whatGivesNobodyAnythingIsDoneFirstAndRecordedWithWhatCameOfIt() {
        List<String> told = new ArrayList<>();
        for (int after : List.of(1, 0)) {
            log.downAfter = after;
            assertThat(changes.<Integer, RuntimeException>doAndRecord(
                            CHANGE,
                            done::incrementAndGet,
                            count -> new Ending(Outcome.DONE, List.of(count + " done")),
                            failure -> new Ending(Outcome.FAILED, List.of("failed")),
                            told::add))
                    .isEqualTo(2 - after);
        }
        assertThat(log.sealed).isEqualTo(log.events);
        assertThat(log.events).extracting(AuditEvent::outcome).containsExactly(Outcome.DONE);
        assertThat(log.events.get(0).reasons()).containsExactly("+ topic yard.public.crate.state.v1", "1 done");
        assertThat(told).containsExactly("[audit] mesh.apply went on, but that could not be recorded: down");

        log.downAfter = Integer.MAX_VALUE;
        assertThatThrownBy(() -> changes.doAndRecord(
                        CHANGE,
                        () -> {
                            throw new IOException("broken");
                        },
                        answer -> new Ending(Outcome.DONE, List.of()),
                        failure -> new Ending(Outcome.FAILED, List.of(String.valueOf(failure.getMessage()))),
                        told::add))
                .hasMessage("broken");
        assertThat(log.said()).containsExactly("mesh.apply DONE", "mesh.apply FAILED");
        assertThat(told).hasSize(1);
    }

    @Test
    void whatMakesTheLogIsRecordedOnceItIsThere() {
        int count = changes.begin(
                CHANGE,
                done::incrementAndGet,
                answer -> new Ending(Outcome.DONE, List.of("made")),
                failure -> new Ending(Outcome.FAILED, List.of()));

        assertThat(count).isOne();
        assertThat(log.said()).containsExactly("mesh.apply DONE");
    }

    private static AuditEvent event(String id, Outcome outcome, String reason) {
        return new AuditEvent(
                id,
                CLOCK.instant(),
                new Principal("ove"),
                "mesh.apply",
                "mesh",
                "",
                outcome,
                List.of(reason),
                null,
                List.of(),
                "id-0");
    }
}
