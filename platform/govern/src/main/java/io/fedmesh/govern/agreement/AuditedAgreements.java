package io.fedmesh.govern.agreement;

import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.AuditedChanges;
import io.fedmesh.govern.audit.AuditedChanges.Change;
import io.fedmesh.govern.audit.AuditedChanges.Ending;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The workflow with every command on the record of decisions: who wanted what and why before it is done, and afterwards
 * whether it was done or refused. Where that cannot be recorded nothing is done. Thread-safe.
 */
public final class AuditedAgreements {
    private static final String MESH = "mesh";

    private final Agreements agreements;
    private final AuditedChanges changes;

    public AuditedAgreements(Agreements agreements, AuditedChanges changes) {
        this.agreements = agreements;
        this.changes = changes;
    }

    /** As {@link Agreements#image()}. */
    public GovernanceImage image() {
        return agreements.image();
    }

    /**
     * As {@link Agreements#submit(Command)}.
     *
     * @throws AuditUnavailableException when nothing was done because it could not be recorded; or, as its message says, when
     *     it was done and only that could not be recorded: the same command again records it
     */
    public GovernanceImage submit(Command command) throws CommandRefusedException {
        return changes.carryOut(
                change(command),
                () -> agreements.submit(command),
                image -> new Ending(Outcome.DONE, List.of("command " + command.id())),
                AuditedAgreements::ending);
    }

    private static Ending ending(Exception failure) {
        Outcome outcome = failure instanceof CommandRefusedException
                ? Outcome.DENIED
                : failure instanceof GovernanceLogException ? Outcome.UNKNOWN : Outcome.FAILED;
        return new Ending(outcome, List.of(String.valueOf(failure.getMessage())));
    }

    private Change change(Command command) {
        GovernanceImage image = agreements.image();
        Action action = command.action();
        List<String> about = action instanceof Action.OfAgreement of ? List.of(of.agreement()) : List.of();
        return new Change(
                who(image, command.as()),
                name(action),
                resource(image, action),
                purpose(action),
                reasons(command),
                about);
    }

    /** The stable subject id; of a stranger the name that was given. */
    private static Principal who(GovernanceImage image, String as) {
        Optional<String> subject = image.directory().subject(as);
        if (subject.isPresent()) {
            return new Principal(subject.get());
        }
        String shown = Texts.shown(as);
        String bounded = shown.length() > AuditEvent.MAX_NAME ? shown.substring(0, AuditEvent.MAX_NAME) : shown;
        return new Principal(bounded.isBlank() ? "(nobody)" : bounded);
    }

    private static String resource(GovernanceImage image, Action action) {
        if (action instanceof Action.Ask ask) {
            return ask.product().toString();
        }
        if (action instanceof Action.BreakGlass glass) {
            return glass.product().toString();
        }
        if (action instanceof Action.OfAgreement of) {
            return image.agreement(of.agreement())
                    .map(agreement -> agreement.product().toString())
                    .orElse(of.agreement());
        }
        return MESH;
    }

    private static List<String> reasons(Command command) {
        String id = "command " + command.id();
        Action action = command.action();
        if (action instanceof Action.Approve approve) {
            return List.of(id, "request " + approve.requestHash());
        }
        if (action instanceof Action.Deny deny) {
            return List.of(id, "request " + deny.requestHash());
        }
        if (action instanceof Action.Review review) {
            return List.of(id, "finding " + review.finding());
        }
        Terms terms = terms(action);
        if (terms != null) {
            return List.of(
                    id, "from " + terms.start() + " to " + terms.end(), "fields " + String.join(", ", terms.fields()));
        }
        if (action instanceof Action.BreakGlass glass) {
            return List.of(id, "until " + glass.until(), "fields " + String.join(", ", glass.fields()));
        }
        return List.of(id);
    }

    private static String purpose(Action action) {
        Terms terms = terms(action);
        if (terms != null) {
            return terms.purpose();
        }
        if (action instanceof Action.Deny deny) {
            return deny.reason();
        }
        if (action instanceof Action.Revoke revoke) {
            return revoke.reason();
        }
        if (action instanceof Action.BreakGlass glass) {
            return glass.reason();
        }
        return action instanceof Action.Review review ? review.remark() : "";
    }

    private static @Nullable Terms terms(Action action) {
        if (action instanceof Action.Ask ask) {
            return ask.terms();
        }
        if (action instanceof Action.Edit edit) {
            return edit.terms();
        }
        return action instanceof Action.Renew renew ? renew.terms() : null;
    }

    private static String name(Action action) {
        if (action instanceof Action.Install) {
            return "directory.install";
        }
        if (action instanceof Action.Ask) {
            return "agreement.request";
        }
        if (action instanceof Action.Edit) {
            return "agreement.edit";
        }
        if (action instanceof Action.Renew) {
            return "agreement.renew";
        }
        if (action instanceof Action.Approve) {
            return "agreement.approve";
        }
        if (action instanceof Action.Deny) {
            return "agreement.deny";
        }
        if (action instanceof Action.Revoke) {
            return "agreement.revoke";
        }
        if (action instanceof Action.BreakGlass) {
            return "agreement.break-glass";
        }
        if (action instanceof Action.Review) {
            return "agreement.review";
        }
        throw new IllegalArgumentException("an action must have a name on the record but has none: "
                + action.getClass().getSimpleName());
    }
}
