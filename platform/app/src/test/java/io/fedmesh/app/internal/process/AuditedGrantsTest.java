package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditLog;
import io.fedmesh.govern.audit.AuditReceipt;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.AuditedChanges;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditedGrantsTest {
    private static final Plan.Change OPENS =
            new Plan.Change(Plan.Thing.GRANT, "mesh.user.u-ada READ TOPIC t", "", Plan.Action.ADD, "", "");
    private static final Plan.Change CLOSES =
            new Plan.Change(Plan.Thing.GRANT, "mesh.user.u-eva READ TOPIC t", "", Plan.Action.REMOVE, "", "");

    private final List<String> told = new ArrayList<>();
    private final Log log = new Log();
    private final AuditedGrants grants =
            new AuditedGrants(new AuditedChanges(log, Clock.systemUTC(), () -> "id"), told::add);

    private static final class Log implements AuditLog {
        private final List<AuditEvent> events = new ArrayList<>();
        private int downAfter = Integer.MAX_VALUE;

        @Override
        public AuditReceipt record(AuditEvent event) {
            throw new AssertionError("must be sealed");
        }

        @Override
        public AuditReceipt recordSealed(AuditEvent event) {
            if (events.size() >= downAfter) {
                throw new AuditUnavailableException("down");
            }
            events.add(event);
            return new AuditReceipt(0, 0, "hash");
        }

        @Override
        public void close() {}
    }

    private static ProvisioningReport report(List<Plan.Change> done, List<String> failed) {
        return new ProvisioningReport(done, List.of(), failed, List.of());
    }

    @Test
    void whatIsGivenStandsOnTheRecordBeforeItIsGiven() {
        ProvisioningReport report = grants.open(List.of(OPENS), () -> {
            assertThat(log.events).hasSize(1);
            return report(List.of(OPENS), List.of());
        });

        assertThat(report.done()).containsExactly(OPENS);
        assertThat(log.events)
                .extracting(event -> event.who() + " " + event.action() + " " + event.outcome() + " " + event.reasons())
                .containsExactly(
                        "mesh.governor grant.open ATTEMPTED [" + OPENS + "]",
                        "mesh.governor grant.open DONE [1 done, 0 failed]");
    }

    @Test
    void whereItCannotBeRecordedNothingIsGivenAndTheGovernorKeepsTrying() {
        log.downAfter = 0;

        ProvisioningReport report = grants.open(List.of(OPENS), () -> {
            throw new AssertionError("given");
        });

        assertThat(report.done()).isEmpty();
        assertThat(report.failed())
                .containsExactly("[audit] grant.open must be recorded before it is done but could not be; nothing was"
                        + " done: down");
    }

    @Test
    void whatIsTakenAwayIsRecordedAndWaitsForNothing() {
        grants.closed(report(List.of(OPENS), List.of()));
        assertThat(log.events).as("nothing was taken away").isEmpty();

        grants.closed(report(List.of(CLOSES, OPENS), List.of()));
        assertThat(log.events)
                .extracting(event -> event.action() + " " + event.outcome() + " " + event.reasons())
                .containsExactly("grant.close DONE [" + CLOSES + "]");

        log.downAfter = 0;
        grants.closed(report(List.of(CLOSES), List.of()));
        assertThat(told).containsExactly("[audit] grant.close went on, but that could not be recorded: down");
    }

    @Test
    void ofManyTheFirstAreToldAndHowManyThereAreBesides() {
        grants.closed(report(IntStream.range(0, 30).mapToObj(i -> CLOSES).toList(), List.of()));

        assertThat(log.events.get(0).reasons()).hasSize(AuditEvent.MAX_REASONS).endsWith("and 11 more");
    }
}
