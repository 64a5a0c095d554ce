package io.fedmesh.govern.agreement;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** An image in the making: one image, and the events that follow it. Of one thread. */
final class ImageDelta implements View {
    final Rules rules;
    long nextOffset;
    long sequence;
    String head;
    Instant time;
    Directory directory;
    final Map<String, Agreement> agreements;
    final Map<String, String> commands;
    final Map<String, String> bound;
    final List<Refused> refused;
    long refusals;
    Optional<String> gap;

    ImageDelta(GovernanceImage image) {
        rules = image.rules();
        nextOffset = image.nextOffset();
        sequence = image.sequence();
        head = image.head();
        time = image.time();
        directory = image.directory();
        agreements = image.copyOfAgreements();
        commands = image.copyOfCommands();
        bound = image.copyOfBound();
        refused = new ArrayList<>(image.refused());
        refusals = image.refusals();
        gap = image.gap();
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public String head() {
        return head;
    }

    @Override
    public Instant time() {
        return time;
    }

    @Override
    public Directory directory() {
        return directory;
    }

    @Override
    public Optional<Agreement> agreement(String id) {
        return Optional.ofNullable(agreements.get(id));
    }

    @Override
    public Collection<Agreement> agreements() {
        return agreements.values();
    }

    @Override
    public Optional<String> bound(String alias) {
        return Optional.ofNullable(bound.get(alias));
    }

    void apply(GovernanceLog.Entry entry) {
        if (entry.offset() < nextOffset) {
            return;
        }
        nextOffset = entry.offset() + 1;
        Event event;
        try {
            event = EventCodec.event(entry.event());
        } catch (IllegalArgumentException e) {
            refuse(entry, "a record must be an event but: " + e.getMessage());
            return;
        }
        if (gap.isPresent()) {
            refuse(entry, "an event must follow a whole log but " + gap.get());
        } else if (event.sequence() > sequence) {
            gap = Optional.of("event " + sequence + " is missing before offset " + entry.offset());
            refuse(entry, "an event must follow event " + (sequence - 1) + " but was " + event.sequence());
        } else if (event.sequence() < sequence || !event.previous().equals(head)) {
            // Of two who write at once the first one counts; of a record that came twice, too.
            refuse(
                    entry,
                    "an event must be event " + sequence + " after " + head + " but was " + event.sequence() + " after "
                            + event.previous());
        } else if (rules.enforces(Rule.A_COMMAND_COUNTS_ONCE)
                && commands.containsKey(event.command().id())) {
            refuse(entry, "a command must count once but '" + event.command().id() + "' came again");
        } else {
            rules.refusal(this, event).ifPresentOrElse(why -> refuse(entry, why), () -> {
                take(event);
                sequence++;
                head = Digest.of(entry.event());
                time = event.at();
                commands.put(event.command().id(), EventCodec.digest(event.command()));
            });
        }
    }

    private void refuse(GovernanceLog.Entry entry, String cause) {
        refusals++;
        refused.add(new Refused(entry.offset(), "[log offset " + entry.offset() + "] " + cause));
        if (refused.size() > GovernanceImage.MAX_REFUSED) {
            refused.remove(0);
        }
    }

    private void take(Event event) {
        Action action = event.command().action();
        if (action instanceof Action.Install install) {
            directory = install.directory();
            directory.bindings().forEach(bound::putIfAbsent);
            agreements.replaceAll((id, agreement) -> looked(agreement));
            return;
        }
        if (action instanceof Action.Ask ask) {
            Agreement none = new Agreement(
                    ask.agreement(), ask.product(), ask.consumer(), Set.of(), Set.of(), null, null, null, null);
            put(none.asked(event.subject(), request(none, ask.terms(), event, List.of())));
            return;
        }
        if (action instanceof Action.BreakGlass glass) {
            put(broken(event, glass));
            return;
        }
        Agreement agreement = Objects.requireNonNull(agreements.get(((Action.OfAgreement) action).agreement()));
        if (action instanceof Action.Edit edit) {
            Agreement.Request before = Objects.requireNonNull(agreement.open());
            List<Agreement.Approval> kept =
                    rules.enforces(Rule.AN_EDIT_VOIDS_APPROVALS) ? List.of() : before.approvals();
            put(agreement.asked(event.subject(), request(agreement, edit.terms(), event, kept)));
        } else if (action instanceof Action.Renew renew) {
            put(agreement.asked(event.subject(), request(agreement, renew.terms(), event, List.of())));
        } else if (action instanceof Action.Approve approve) {
            put(approved(agreement, event, approve));
        } else if (action instanceof Action.Deny deny) {
            put(
                    agreement.approved() == null
                            ? agreement.with(
                                    agreement.open(), null, closing(Agreement.End.DENIED, event, deny.reason()))
                            : agreement.with(null, agreement.approved(), null));
        } else if (action instanceof Action.Revoke revoke) {
            put(agreement.with(
                    agreement.approved() == null ? agreement.open() : null,
                    agreement.approved(),
                    closing(Agreement.End.REVOKED, event, revoke.reason())));
        } else if (action instanceof Action.Review review) {
            put(reviewed(agreement, event, review));
        } else {
            throw new IllegalStateException("[agreement] an action must have an effect but " + action.getClass());
        }
    }

    private Agreement.Request request(
            Agreement agreement, Terms terms, Event event, List<Agreement.Approval> approvals) {
        String hash = Digest.request(agreement.id(), agreement.product(), agreement.consumer(), terms);
        return new Agreement.Request(terms, hash, event.subject(), event.at(), approvals);
    }

    private Agreement approved(Agreement agreement, Event event, Action.Approve approve) {
        Agreement.Request request = Objects.requireNonNull(agreement.open())
                .plus(new Agreement.Approval(event.subject(), event.at(), approve.requestHash()));
        int approvers = rules.approvers(this, agreement, request);
        int needed = rules.needed(this, agreement.product(), request.terms().fields());
        return approvers >= needed
                ? agreement.with(null, new Agreement.Approved(request, approvers), agreement.closed())
                : agreement.with(request, agreement.approved(), agreement.closed());
    }

    private static Agreement broken(Event event, Action.BreakGlass glass) {
        Terms terms = new Terms(
                glass.reason(), LocalDate.ofInstant(event.at(), ZoneOffset.UTC), glass.until(), glass.fields());
        return new Agreement(
                glass.agreement(),
                glass.product(),
                new Consumer.User(event.subject()),
                Set.of(event.subject()),
                Set.of(),
                null,
                null,
                null,
                new Agreement.Glass(terms, event.subject(), event.at(), null));
    }

    private static Agreement reviewed(Agreement agreement, Event event, Action.Review review) {
        Agreement.Glass glass = Objects.requireNonNull(agreement.glass());
        Agreement looked = agreement.with(new Agreement.Glass(
                glass.terms(),
                glass.subject(),
                glass.at(),
                new Agreement.Reviewed(event.subject(), event.at(), review.finding(), review.remark())));
        return review.finding() == Action.Finding.MISUSE && looked.closed() == null
                ? looked.with(null, null, closing(Agreement.End.REVOKED, event, review.remark()))
                : looked;
    }

    private static Agreement.Closing closing(Agreement.End end, Event event, String reason) {
        return new Agreement.Closing(end, event.subject(), event.at(), reason);
    }

    private void put(Agreement agreement) {
        agreements.put(agreement.id(), looked(agreement));
    }

    private Agreement looked(Agreement agreement) {
        return agreement.interesting(rules.interested(directory, agreement));
    }
}
