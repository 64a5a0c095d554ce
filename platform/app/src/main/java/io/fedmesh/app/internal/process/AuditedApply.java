package io.fedmesh.app.internal.process;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditedChanges.Change;
import io.fedmesh.govern.audit.AuditedChanges.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Carries out a plan on the record of decisions: what is about to be done stands there before anything is changed. */
public final class AuditedApply {
    private static final String ACTION = "mesh.apply";
    private static final String LOG_TOPIC = AuditSettings.TOPIC.toString();

    private final Evidence evidence;
    private final Principal who;

    /** @param who applies */
    public AuditedApply(Evidence evidence, Principal who) {
        this.evidence = evidence;
        this.who = who;
    }

    /**
     * Records, applies, records. The plan that makes the record itself, before anything ever stood on it, is recorded when
     * it is carried out.
     *
     * @param plan what is carried out
     * @param allowed names of things whose data may be deleted
     * @param apply carries it out
     * @throws io.fedmesh.govern.audit.AuditUnavailableException when nothing was done because it could not be recorded; or, as
     *     its message says, when it was done and only that could not be recorded
     */
    public ProvisioningReport apply(Plan plan, Set<String> allowed, Supplier<ProvisioningReport> apply) {
        Change change = new Change(who, ACTION, DesiredState.PLATFORM, "", reasons(plan, allowed), List.of());
        if (makesTheLog(plan) && !evidence.hasBegun()) {
            return evidence.changes().begin(change, apply::get, AuditedApply::ending, AuditedApply::ending);
        }
        return evidence.changes().carryOut(change, apply::get, AuditedApply::ending, AuditedApply::ending);
    }

    /**
     * Records what the preparation of a mesh on one machine did before there were its configuration and, the first time, the
     * record itself.
     *
     * @param unrecorded told why where it cannot be recorded
     */
    public static void prepared(Evidence evidence, ProvisioningReport report, Consumer<String> unrecorded) {
        List<String> reasons = new ArrayList<>(ending(report).reasons());
        report.done().forEach(change -> reasons.add(change.toString()));
        Ending ending = new Ending(ending(report).outcome(), bounded(reasons));
        Principal operator = new Principal(DesiredState.OPERATOR);
        var unused = evidence.changes()
                .<ProvisioningReport, RuntimeException>doAndRecord(
                        new Change(operator, "mesh.prepare", DesiredState.PLATFORM, "", List.of(), List.of()),
                        () -> report,
                        prepared -> ending,
                        AuditedApply::ending,
                        unrecorded);
    }

    /** Whether the plan adds the log's topic, its writer, or what its writer may do. */
    private static boolean makesTheLog(Plan plan) {
        return plan.changes().stream()
                .filter(change -> change.action() == Plan.Action.ADD)
                .anyMatch(change -> change.name().equals(LOG_TOPIC)
                        || change.name().equals(DesiredState.AUDIT)
                        || change.name().startsWith(DesiredState.AUDIT + " "));
    }

    private static List<String> reasons(Plan plan, Set<String> allowed) {
        List<String> reasons = new ArrayList<>(List.of("plan " + plan.fingerprint()));
        if (!allowed.isEmpty()) {
            reasons.add("data may be deleted: " + String.join(", ", new TreeSet<>(allowed)));
        }
        plan.changes().forEach(change -> reasons.add(change.toString()));
        return bounded(reasons);
    }

    private static Ending ending(ProvisioningReport report) {
        List<String> reasons = new ArrayList<>(List.of(report.done().size() + " done, "
                + report.withheld().size() + " withheld, " + report.failed().size() + " failed"));
        report.withheld().forEach(change -> reasons.add("withheld: " + change));
        reasons.addAll(report.failed());
        return new Ending(report.isWhole() ? Outcome.DONE : Outcome.FAILED, bounded(reasons));
    }

    /** What the provisioner refuses it has not begun; of anything else nobody knows how far it came. */
    private static Ending ending(Exception failure) {
        return new Ending(
                failure instanceof ProvisioningException ? Outcome.FAILED : Outcome.UNKNOWN,
                List.of(String.valueOf(failure.getMessage())));
    }

    private static List<String> bounded(List<String> reasons) {
        if (reasons.size() <= AuditEvent.MAX_REASONS) {
            return reasons;
        }
        List<String> first = new ArrayList<>(reasons.subList(0, AuditEvent.MAX_REASONS - 1));
        first.add("and " + (reasons.size() - first.size()) + " more");
        return first;
    }
}
