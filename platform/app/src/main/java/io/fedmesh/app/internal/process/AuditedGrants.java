package io.fedmesh.app.internal.process;

import io.fedmesh.govern.ConsumerGrants;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.AuditedChanges;
import io.fedmesh.govern.audit.AuditedChanges.Change;
import io.fedmesh.govern.audit.AuditedChanges.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the governor gives and takes away by agreements, on the record of decisions. Nothing is given before it is recorded;
 * what is taken away waits for nothing, and is recorded when it can be.
 */
final class AuditedGrants implements ConsumerGrants.Opening {
    private static final Principal GOVERNOR = new Principal(DesiredState.GOVERNOR);
    private static final int MOST_TOLD = 19;

    private final AuditedChanges changes;
    private final Consumer<String> unrecorded;

    /** @param unrecorded told of what was taken away and does not stand on the record */
    AuditedGrants(AuditedChanges changes, Consumer<String> unrecorded) {
        this.changes = changes;
        this.unrecorded = unrecorded;
    }

    @Override
    public ProvisioningReport open(List<Plan.Change> opens, Supplier<ProvisioningReport> act) {
        try {
            return changes.<ProvisioningReport, RuntimeException>carryOut(
                    change("grant.open", opens), act::get, AuditedGrants::ending, AuditedGrants::ending);
        } catch (AuditUnavailableException e) {
            // as a failure of this part: what was taken away before is told all the same
            return new ProvisioningReport(List.of(), List.of(), List.of(String.valueOf(e.getMessage())), List.of());
        }
    }

    /** Records what was taken away. */
    void closed(ProvisioningReport report) {
        List<Plan.Change> closed = report.done().stream()
                .filter(change -> change.action() == Plan.Action.REMOVE)
                .toList();
        if (!closed.isEmpty()) {
            var unused = changes.<Integer, RuntimeException>doAndRecord(
                    change("grant.close", closed),
                    closed::size,
                    count -> new Ending(Outcome.DONE, List.of()),
                    AuditedGrants::ending,
                    unrecorded);
        }
    }

    private static Change change(String action, List<Plan.Change> changes) {
        return new Change(GOVERNOR, action, DesiredState.PLATFORM, "", told(changes), List.of());
    }

    private static Ending ending(ProvisioningReport report) {
        List<String> reasons = new ArrayList<>(
                List.of(report.done().size() + " done, " + report.failed().size() + " failed"));
        reasons.addAll(report.failed());
        return new Ending(report.failed().isEmpty() ? Outcome.DONE : Outcome.FAILED, reasons);
    }

    private static Ending ending(Exception failure) {
        return new Ending(Outcome.UNKNOWN, List.of(String.valueOf(failure.getMessage())));
    }

    /** As many as an event keeps, and how many there are besides. */
    private static List<String> told(List<Plan.Change> changes) {
        List<String> told = new ArrayList<>(
                changes.stream().limit(MOST_TOLD).map(Plan.Change::toString).toList());
        if (changes.size() > MOST_TOLD) {
            told.add("and " + (changes.size() - MOST_TOLD) + " more");
        }
        return told;
    }
}
