package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may do what, asked of a command before its event is written and of every event again when it is read. Stateless but
 * for the rules that it enforces: all of them, save in a test that plants a bug.
 */
final class Rules {
    /** The longest that an agreement can last from the day on which it is asked for: a year and its leap day. */
    static final int MAX_TERM_DAYS = 366;

    /** The longest that broken glass can last. */
    static final Duration MAX_GLASS = Duration.ofHours(4);

    /** All of them. */
    static final Rules ALL = new Rules(EnumSet.allOf(Rule.class));

    private final Set<Rule> enforced;

    private Rules(Set<Rule> enforced) {
        this.enforced = enforced;
    }

    /** For tests: all but one. */
    static Rules without(Rule rule) {
        return new Rules(EnumSet.complementOf(EnumSet.of(rule)));
    }

    boolean enforces(Rule rule) {
        return enforced.contains(rule);
    }

    /** Why the event must not be, or nothing. */
    Optional<String> refusal(View view, Event event) {
        Action action = event.command().action();
        if (enforces(Rule.TIME_DOES_NOT_GO_BACK) && event.at().isBefore(view.time())) {
            return no("an event must not be older than the one before it, of " + view.time() + ", but was of "
                    + event.at());
        }
        if (action instanceof Action.Install install) {
            return install(view, event, install.directory());
        }
        Optional<String> subject = view.directory().subject(event.command().as());
        if (enforces(Rule.AN_IDENTITY_IS_RESOLVED) && !subject.equals(Optional.of(event.subject()))) {
            return no("'as' must mean the event's subject, " + Texts.shown(event.subject()) + ", but '"
                    + Texts.shown(event.command().as()) + "' means " + subject.orElse("nobody"));
        }
        Action.OfAgreement of = (Action.OfAgreement) action;
        return ofAgreement(view, event, of).map(why -> "[agreement " + of.agreement() + "] " + why);
    }

    private Optional<String> install(View view, Event event, Directory next) {
        Directory now = view.directory();
        // The first directory has nobody before it who could allow it: whoever may write to the log makes it.
        Directory judge = now.people().isEmpty() ? next : now;
        if (!judge.subject(event.command().as()).equals(Optional.of(event.subject()))) {
            return no("[directory] '" + Texts.shown(event.command().as()) + "' must be a person of it but was not");
        }
        if (enforces(Rule.A_DIRECTORY_IS_AN_OPERATORS) && !judge.holds(event.subject(), Role.OPERATOR)) {
            return no("[directory] who tells it must be an operator but was " + event.subject());
        }
        if (enforces(Rule.AN_ALIAS_IS_FOR_EVER)) {
            return next.bindings().entrySet().stream()
                    .filter(e -> !view.bound(e.getKey()).orElse(e.getValue()).equals(e.getValue()))
                    .findFirst()
                    .map(e -> "[directory] '" + e.getKey() + "' must mean "
                            + view.bound(e.getKey()).orElseThrow() + " as before but meant " + e.getValue());
        }
        return Optional.empty();
    }

    private Optional<String> ofAgreement(View view, Event event, Action.OfAgreement action) {
        Optional<Agreement> known = view.agreement(action.agreement());
        if (action instanceof Action.Ask ask) {
            return known.isPresent()
                    ? no("an agreement must have an id of its own but there is one of it")
                    : ask(view, event, ask.product(), ask.consumer(), ask.terms());
        }
        if (action instanceof Action.BreakGlass glass) {
            return known.isPresent()
                    ? no("an agreement must have an id of its own but there is one of it")
                    : breakGlass(view, event, glass);
        }
        if (known.isEmpty()) {
            return no("there must be such an agreement but there is none");
        }
        Agreement agreement = known.get();
        if (action instanceof Action.Review) {
            return review(view, event, agreement);
        }
        if (enforces(Rule.CLOSED_IS_CLOSED) && agreement.closed() != null) {
            return no("what is closed stays closed but was asked for '" + name(action) + "'");
        }
        if (action instanceof Action.Revoke) {
            return revoke(view, event, agreement);
        }
        if (agreement.glass() != null) {
            return no("broken glass can be revoked and reviewed but was asked for '" + name(action) + "'");
        }
        if (action instanceof Action.Renew renew) {
            return agreement.approved() == null || agreement.open() != null
                    ? no("a renewal must be of what was approved, with nothing undecided, but was not")
                    : askAgain(view, event, agreement, renew.terms());
        }
        if (agreement.open() == null) {
            return no("there must be a request that is not decided but there is none");
        }
        if (action instanceof Action.Edit edit) {
            return askAgain(view, event, agreement, edit.terms());
        }
        if (action instanceof Action.Approve approve) {
            return approve(view, event, agreement, agreement.open(), approve.requestHash());
        }
        if (action instanceof Action.Deny deny) {
            return office(view, event, agreement.product())
                    .or(() -> read(java.util.Objects.requireNonNull(agreement.open()), deny.requestHash()));
        }
        throw new IllegalStateException("[agreement] an action must have a rule but " + name(action) + " has none");
    }

    private Optional<String> ask(View view, Event event, ProductName name, Consumer consumer, Terms terms) {
        Directory directory = view.directory();
        if (enforces(Rule.AN_ASKER_MAY_ASK) && !mayAsk(directory, event.subject(), consumer)) {
            return no("who asks for " + consumer + " must be a consumer and it, act for it or work in it, but was "
                    + event.subject());
        }
        Optional<String> unknown = fields(view, name, terms.fields());
        if (unknown.isPresent()) {
            return unknown;
        }
        LocalDate last = LocalDate.ofInstant(event.at(), ZoneOffset.UTC).plusDays(MAX_TERM_DAYS);
        if (enforces(Rule.AN_END_IS_BOUNDED)
                && (!terms.until().isAfter(event.at()) || terms.lastDay().isAfter(last))) {
            return no(
                    "'end' must be after " + event.at() + " and on " + last + " at the latest but was " + terms.end());
        }
        // As every back-end can tell it, the conditions of IAM among them.
        return terms.until().getNano() == 0
                ? Optional.empty()
                : no("'end' must be a day or a whole second but was " + terms.end());
    }

    /** A renewal takes the place of what holds once it is approved, so it must not leave days between. */
    private Optional<String> askAgain(View view, Event event, Agreement agreement, Terms terms) {
        LocalDate today = LocalDate.ofInstant(event.at(), ZoneOffset.UTC);
        if (agreement.approved() != null && terms.start().isAfter(today)) {
            return no("'start' of a renewal must not be after " + today + " but was " + terms.start());
        }
        return ask(view, event, agreement.product(), agreement.consumer(), terms);
    }

    private static boolean mayAsk(Directory directory, String subject, Consumer consumer) {
        if (!directory.holds(subject, Role.CONSUMER)) {
            return false;
        }
        if (consumer instanceof Consumer.User user) {
            Directory.Person asker = directory.people().get(subject);
            return directory.people().containsKey(user.subject())
                    && (user.subject().equals(subject)
                            || (asker != null && asker.actsFor().contains(user.subject())));
        }
        String domain = ((Consumer.Team) consumer).domain();
        return directory.domains().containsKey(domain)
                && directory.members(domain).contains(subject);
    }

    private static Optional<String> fields(View view, ProductName name, Collection<String> fields) {
        Optional<Directory.Product> product = view.product(name);
        if (product.isEmpty()) {
            return no("'product' must be one of the mesh but was '" + name + "'");
        }
        return fields.stream()
                .filter(field -> !product.get().fields().containsKey(field))
                .findFirst()
                .map(field -> "'fields' must be fields of " + name + " but '" + field + "' is none");
    }

    private Optional<String> approve(
            View view, Event event, Agreement agreement, Agreement.Request open, String requestHash) {
        return office(view, event, agreement.product())
                .or(() -> independent(view, agreement, event.subject())
                        ? Optional.empty()
                        : no(event.subject() + " must have no part in the request but has"))
                .or(() -> read(open, requestHash))
                .or(() -> open.of(event.subject()) == null
                        ? Optional.empty()
                        : no(event.subject() + " must approve a request once but has approved it"))
                .or(() -> !enforces(Rule.WHAT_IS_OVER_IS_NOT_APPROVED)
                                || event.at().isBefore(open.terms().until())
                        ? Optional.empty()
                        : no("a request must be approved before its end, "
                                + open.terms().end() + ", but was not"));
    }

    private Optional<String> office(View view, Event event, ProductName product) {
        return !enforces(Rule.AN_APPROVER_HOLDS_OFFICE)
                        || view.directory().holdsOffice(event.subject(), product.domain())
                ? Optional.empty()
                : no("who decides must be owner or steward of " + product.domain() + " but was " + event.subject());
    }

    private Optional<String> read(Agreement.Request open, String requestHash) {
        return !enforces(Rule.AN_APPROVAL_NAMES_ITS_REQUEST) || open.hash().equals(requestHash)
                ? Optional.empty()
                : no("what is decided must be the request as it stands, " + open.hash() + ", but was " + requestHash);
    }

    private Optional<String> revoke(View view, Event event, Agreement agreement) {
        Directory directory = view.directory();
        boolean allowed =
                directory.holdsOffice(event.subject(), agreement.product().domain())
                        || directory.holds(event.subject(), Role.OPERATOR)
                        || agreement.askers().contains(event.subject())
                        || agreement.consumer().equals(new Consumer.User(event.subject()));
        return allowed
                ? Optional.empty()
                : no("who revokes must be owner or steward of "
                        + agreement.product().domain() + ", an operator, an asker or the consumer but was "
                        + event.subject());
    }

    private Optional<String> breakGlass(View view, Event event, Action.BreakGlass glass) {
        Directory directory = view.directory();
        String subject = event.subject();
        if (enforces(Rule.BREAKING_GLASS_IS_FOR_SOME)
                && !directory.holds(subject, Role.OPERATOR)
                && !directory.holdsOffice(subject, glass.product().domain())) {
            return no("who breaks glass must be an operator, or owner or steward of "
                    + glass.product().domain() + ", but was " + subject);
        }
        if (enforces(Rule.BROKEN_GLASS_IS_BOUNDED)
                && (!glass.until().isAfter(event.at())
                        || glass.until().isAfter(event.at().plus(MAX_GLASS)))) {
            return no("'until' must be at most " + MAX_GLASS.toHours() + " h after " + event.at() + " but was "
                    + glass.until());
        }
        if (enforces(Rule.BROKEN_GLASS_IS_REVIEWED)
                && view.agreements().stream()
                        .map(Agreement::glass)
                        .anyMatch(g -> g != null
                                && g.review() == null
                                && directory.circle(subject).contains(g.subject()))) {
            return no("who broke glass must be reviewed before the next time but " + subject + " is not");
        }
        return fields(view, glass.product(), glass.fields());
    }

    private Optional<String> review(View view, Event event, Agreement agreement) {
        Agreement.Glass glass = agreement.glass();
        if (glass == null || glass.review() != null) {
            return no("a review must be of broken glass that nobody has reviewed but was not");
        }
        return office(view, event, agreement.product())
                .or(() -> independent(view, agreement, event.subject())
                        ? Optional.empty()
                        : no(event.subject() + " must have no part in what is reviewed but has"));
    }

    /** Everybody who has a part in the agreement, by what is known today and was known before. */
    Set<String> interested(Directory directory, Agreement agreement) {
        Set<String> parties = new TreeSet<>();
        if (enforces(Rule.NOBODY_APPROVES_FOR_ITSELF)) {
            parties.addAll(agreement.askers());
        }
        if (enforces(Rule.NOBODY_APPROVES_WHAT_SERVES_IT)) {
            if (agreement.consumer() instanceof Consumer.User user) {
                parties.add(user.subject());
            } else if (agreement.consumer() instanceof Consumer.Team team
                    && !team.domain().equals(agreement.product().domain())) {
                parties.addAll(directory.members(team.domain()));
            }
        }
        Set<String> interested = new TreeSet<>(parties);
        if (enforces(Rule.A_DELEGATE_IS_NOBODY_ELSE)) {
            parties.forEach(party -> interested.addAll(directory.circle(party)));
        }
        if (enforces(Rule.NEARNESS_IS_REMEMBERED)) {
            interested.addAll(agreement.interested());
        }
        return interested;
    }

    private boolean independent(View view, Agreement agreement, String subject) {
        return !interested(view.directory(), agreement).contains(subject);
    }

    /** How many persons approved, who are independent of the consumer and of each other and still hold their office. */
    int approvers(View view, Agreement agreement, Agreement.Request request) {
        Directory directory = view.directory();
        Set<String> interested = interested(directory, agreement);
        List<Set<String>> circles = new ArrayList<>();
        for (Agreement.Approval approval : request.approvals()) {
            String subject = approval.subject();
            boolean counts = !interested.contains(subject)
                    && (!enforces(Rule.AN_APPROVER_HOLDS_OFFICE)
                            || directory.holdsOffice(
                                    subject, agreement.product().domain()))
                    && (!enforces(Rule.AN_APPROVAL_NAMES_ITS_REQUEST)
                            || !enforces(Rule.AN_EDIT_VOIDS_APPROVALS)
                            || approval.requestHash().equals(request.hash()));
            boolean another = !enforces(Rule.TWO_ARE_TWO_PERSONS)
                    || circles.stream().noneMatch(circle -> circle.contains(subject));
            if (counts && another) {
                circles.add(directory.circle(subject));
            }
        }
        return circles.size();
    }

    /** How many must approve these fields of the product; more than there can be where the product is gone. */
    int needed(View view, ProductName name, Collection<String> fields) {
        Optional<Directory.Product> product = view.product(name);
        if (product.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        boolean two = enforces(Rule.CONFIDENTIAL_NEEDS_TWO)
                && product.get().classification(fields).compareTo(Classification.CONFIDENTIAL) >= 0;
        return two ? 2 : 1;
    }

    private static String name(Action action) {
        return action.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    private static Optional<String> no(String why) {
        return Optional.of(why);
    }
}
