package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.Permissions;
import io.fedmesh.govern.Principal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Everything that can be done or read, by everybody, in the own domain and in another, with an agreement of its own in every
 * state: what is not listed fails. An agreement never gives more than reading, and an office never gives reading.
 */
class AuthorizationMatrixTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Agreements.class);
    private static final String PURPOSE = "to plan berths";

    /** Written anew, as is all of the list: the table may not judge itself. */
    private enum Operation {
        INSTALL_DIRECTORY,
        APPLY,
        RESET_OFFSETS,
        REPLAY_REJECTED,
        DISCARD_REJECTED,
        MEND_TABLES,
        HOLD_TABLES,
        SEAL_AUDIT,
        READ_AUDIT,
        VERIFY_AUDIT,
        ASK,
        DECIDE,
        REVIEW_GLASS,
        BREAK_GLASS,
        /** Reads the product through the mesh: {@code query} and {@code consume} ask the same. */
        QUERY,
        QUERY_FOR_ANOTHER_PURPOSE,
        QUERY_ANOTHER_PRODUCT,
        /** By the grants of the brokers. */
        READ_TOPIC,
        READ_REJECTED_TOPIC,
        WRITE_TOPIC
    }

    private enum Who {
        OWNER,
        STEWARD,
        CONSUMER,
        OPERATOR,
        AUDITOR,
        /** Works in the domain, without any role. */
        MEMBER,
        /** In the directory, without any role. */
        NOBODY,
        /** Acts for the operator, without a role of its own. */
        DELEGATE,
        /** Was everything, has agreements as the others have, and is gone from the directory. */
        GONE
    }

    private enum Where {
        OWN,
        OTHER
    }

    /** Of the one agreement that serves the person. */
    private enum State {
        NONE,
        ASKED,
        DENIED,
        NOT_YET,
        LIVE,
        /** To an instant, a millisecond before it. */
        LAST_MOMENT,
        /** To an instant, which has come. */
        ENDED,
        EXPIRED,
        REVOKED,
        GLASS_LIVE,
        GLASS_OVER
    }

    private static final Map<Who, Set<Operation>> BY_ROLE = Map.of(
            Who.OPERATOR,
            EnumSet.of(
                    Operation.INSTALL_DIRECTORY,
                    Operation.APPLY,
                    Operation.RESET_OFFSETS,
                    Operation.REPLAY_REJECTED,
                    Operation.DISCARD_REJECTED,
                    Operation.MEND_TABLES,
                    Operation.HOLD_TABLES,
                    Operation.SEAL_AUDIT,
                    Operation.BREAK_GLASS),
            Who.AUDITOR,
            EnumSet.of(Operation.READ_AUDIT, Operation.VERIFY_AUDIT),
            Who.CONSUMER,
            EnumSet.of(Operation.ASK));

    private static final Set<Operation> BY_OFFICE =
            EnumSet.of(Operation.DECIDE, Operation.REVIEW_GLASS, Operation.BREAK_GLASS);

    private static final Set<State> ARE_LIVE = EnumSet.of(State.LIVE, State.LAST_MOMENT, State.GLASS_LIVE);

    private static final Set<Operation> BY_AGREEMENT = EnumSet.of(Operation.QUERY, Operation.READ_TOPIC);

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @Test
    void onlyWhatIsListedPasses() {
        List<String> wrong = new ArrayList<>();
        Map<State, Integer> passedBy = new EnumMap<>(State.class);
        int cells = 0;
        for (Who who : Who.values()) {
            for (Where where : Where.values()) {
                for (State state : State.values()) {
                    World world = new World(who, where, state);
                    for (Operation operation : Operation.values()) {
                        cells++;
                        boolean isListed = isListed(operation, who, where, state);
                        passedBy.merge(state, isListed ? 1 : 0, Integer::sum);
                        if (world.passes(operation) != isListed) {
                            wrong.add(operation + " by " + who + " in the " + where + " domain, agreement " + state
                                    + ": must be " + (isListed ? "allowed" : "refused"));
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cells).as("cells").isEqualTo(20 * 9 * 2 * 11);
        int byRole = passedBy.getOrDefault(State.NONE, 0);
        assertThat(byRole).as("cells that pass without any agreement").isEqualTo(30);
        int byAgreement = byRole + 2 * 2 * (Who.values().length - 1);
        passedBy.forEach((state, passed) -> assertThat(passed)
                .as(state + " gives what no agreement gives, and two ways of reading while it is live")
                .isEqualTo(ARE_LIVE.contains(state) ? byAgreement : byRole));
    }

    @Test
    void everyOperationThatThereIsIsListed() {
        assertThat(Operation.values())
                .extracting(Enum::name)
                .containsAll(Stream.of(Permissions.Operation.values())
                        .map(Enum::name)
                        .toList());
    }

    private static boolean isListed(Operation operation, Who who, Where where, State state) {
        boolean byOffice =
                (who == Who.OWNER || who == Who.STEWARD) && where == Where.OWN && BY_OFFICE.contains(operation);
        boolean byAgreement = ARE_LIVE.contains(state) && who != Who.GONE && BY_AGREEMENT.contains(operation);
        return BY_ROLE.getOrDefault(who, Set.of()).contains(operation) || byOffice || byAgreement;
    }

    /** One person with one agreement, brought about by the workflow itself. */
    private static final class World {
        private final Desk desk = new Desk();
        private final String subject;
        private final String domain;
        private final ProductName product;

        World(Who who, Where where, State state) {
            this.subject = "u-" + who.name().toLowerCase(Locale.ROOT);
            this.domain = where == Where.OWN ? "yard" : "harbour";
            this.product = new ProductName(domain, "crate");
            // Whatever it is in the end: to have an agreement it once asked as a consumer, or broke glass as an
            // operator.
            boolean isGlass = state == State.GLASS_LIVE || state == State.GLASS_OVER;
            install(Set.of(isGlass ? Role.OPERATOR : Role.CONSUMER), Who.NOBODY);
            bring(state);
            install(
                    switch (who) {
                        case CONSUMER -> Set.of(Role.CONSUMER);
                        case OPERATOR -> Set.of(Role.OPERATOR);
                        case AUDITOR -> Set.of(Role.AUDITOR);
                        case OWNER, STEWARD, MEMBER, NOBODY, DELEGATE, GONE -> Set.of();
                    },
                    who);
        }

        boolean passes(Operation operation) {
            GovernanceImage image = desk.agreements.image();
            return switch (operation) {
                case QUERY -> mayQuery(product, PURPOSE);
                case QUERY_FOR_ANOTHER_PURPOSE -> mayQuery(product, "curiosity");
                case QUERY_ANOTHER_PRODUCT -> mayQuery(new ProductName(domain, "barrel"), PURPOSE);
                case READ_TOPIC -> isGranted(image, Grant.Operation.READ, topic(product, "public", "state"));
                case READ_REJECTED_TOPIC ->
                    isGranted(image, Grant.Operation.READ, topic(product, "private", "rejected"));
                case WRITE_TOPIC -> isGranted(image, Grant.Operation.WRITE, topic(product, "public", "state"));
                case INSTALL_DIRECTORY,
                        APPLY,
                        RESET_OFFSETS,
                        REPLAY_REJECTED,
                        DISCARD_REJECTED,
                        MEND_TABLES,
                        HOLD_TABLES,
                        SEAL_AUDIT,
                        READ_AUDIT,
                        VERIFY_AUDIT,
                        ASK,
                        DECIDE,
                        REVIEW_GLASS,
                        BREAK_GLASS ->
                    Permissions.decide(
                                    image.directory(),
                                    new Principal(subject),
                                    Permissions.Operation.valueOf(operation.name()),
                                    domain)
                            .allowed();
            };
        }

        private boolean mayQuery(ProductName what, String purpose) {
            return new AgreementAccessPolicy(contracts(), desk.agreements::image, () -> desk.now)
                    .decide(new Principal(subject), what, purpose)
                    .allowed();
        }

        private boolean isGranted(GovernanceImage image, Grant.Operation operation, String topic) {
            return AgreementGrants.of(image, desk.now).stream()
                    .anyMatch(grant -> grant.principal().equals("mesh.user." + subject)
                            && grant.operations().contains(operation)
                            && grant.admits(Grant.Resource.TOPIC, topic));
        }

        private void bring(State state) {
            LocalDate start = state == State.NOT_YET ? People.TODAY.plusDays(10) : People.TODAY;
            Terms terms = new Terms(PURPOSE, start, People.TODAY.plusDays(30), Set.of("id"));
            switch (state) {
                case NONE -> {}
                case ASKED -> ask(terms);
                case DENIED -> {
                    ask(terms);
                    desk.done("cem", new Action.Deny("x", desk.hash("x"), "no"));
                }
                case NOT_YET, LIVE, EXPIRED, REVOKED -> {
                    ask(terms);
                    desk.done("cem", desk.approval("x"));
                    if (state == State.EXPIRED) {
                        desk.pass(Duration.ofDays(31));
                    } else if (state == State.REVOKED) {
                        desk.done("cem", new Action.Revoke("x", "no more"));
                    }
                }
                case LAST_MOMENT, ENDED -> {
                    Duration time = Duration.ofSeconds(45);
                    ask(new Terms(PURPOSE, start, desk.now.plus(time), Set.of("id")));
                    desk.done("cem", desk.approval("x"));
                    desk.pass(state == State.ENDED ? time : time.minusMillis(1));
                }
                case GLASS_LIVE, GLASS_OVER -> {
                    desk.done(
                            subject,
                            new Action.BreakGlass(
                                    "x", product, PURPOSE, desk.now.plus(Duration.ofHours(1)), Set.of("id")));
                    if (state == State.GLASS_OVER) {
                        desk.pass(Duration.ofHours(1));
                    }
                }
            }
        }

        private void ask(Terms terms) {
            desk.done(subject, new Action.Ask("x", product, new Consumer.User(subject), terms));
        }

        /** The person with these roles and an office of the yard; or, once it is gone, without it. */
        private void install(Set<Role> roles, Who office) {
            List<Directory.Person> people = new ArrayList<>(List.of(
                    People.person("u-cem", Set.of("cem"), Set.of(), Set.of()),
                    People.person("u-ove", Set.of("ove"), Set.of(Role.OPERATOR), Set.of()),
                    People.person("u-bea", Set.of("bea"), Set.of(), Set.of())));
            if (office != Who.GONE) {
                people.add(new Directory.Person(
                        subject,
                        Set.of(),
                        roles,
                        office == Who.MEMBER ? Set.of("yard") : Set.of(),
                        office == Who.DELEGATE ? Set.of("u-ove") : Set.of()));
            }
            String owner = office == Who.OWNER ? subject : "u-bea";
            Set<String> stewards = office == Who.STEWARD ? Set.of("u-cem", subject) : Set.of("u-cem");
            desk.done(
                    "ove",
                    new Action.Install(new Directory(
                            people,
                            List.of(
                                    new Directory.Domain("yard", owner, stewards),
                                    new Directory.Domain("harbour", "u-bea", Set.of("u-cem"))),
                            products())));
        }

        private static List<Directory.Product> products() {
            return contracts().products().stream()
                    .map(contract -> new Directory.Product(
                            contract.name(), contract.topic().toString(), Map.of("id", Classification.INTERNAL)))
                    .toList();
        }

        private static Contracts contracts() {
            return new Contracts(
                    List.of(),
                    List.of(),
                    List.of("yard", "harbour").stream()
                            .flatMap(domain -> List.of("crate", "barrel").stream()
                                    .map(name -> People.contract(
                                            topic(new ProductName(domain, name), "public", "state"),
                                            Map.of("id", Classification.INTERNAL))))
                            .toList());
        }

        private static String topic(ProductName product, String visibility, String kind) {
            return product.domain() + "." + visibility + "." + product.product() + "." + kind + ".v1";
        }
    }
}
