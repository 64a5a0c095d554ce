package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fedmesh.contract.Classification;
import io.fedmesh.govern.Permissions;
import io.fedmesh.govern.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Every operation by every role, of the owning domain and of another, on an agreement in every state: what is not listed fails. */
class MatrixTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Agreements.class);

    private enum Operation {
        INSTALL,
        ASK,
        EDIT,
        RENEW,
        APPROVE,
        DENY,
        REVOKE,
        BREAK_GLASS,
        REVIEW,
        READ
    }

    private enum Who {
        OWNER,
        STEWARD,
        CONSUMER,
        OPERATOR,
        AUDITOR,
        /** In the directory, without any role. */
        NOBODY,
        /** Not in the directory. */
        STRANGER
    }

    private enum Where {
        OWNING,
        OTHER
    }

    private enum Part {
        NONE,
        /** Asked for it, or broke the glass; a consumer besides whatever else. */
        ITS_OWN
    }

    private enum State {
        ABSENT,
        ASKED,
        APPROVED,
        OVER,
        DENIED,
        REVOKED,
        BROKEN,
        BROKEN_OVER,
        REVIEWED
    }

    private record Cell(Operation operation, Who who, Where where, Part part, State state) {
        boolean office() {
            return where == Where.OWNING && (who == Who.OWNER || who == Who.STEWARD);
        }

        boolean own() {
            return part == Part.ITS_OWN;
        }

        boolean glass() {
            return EnumSet.of(State.BROKEN, State.BROKEN_OVER, State.REVIEWED).contains(state);
        }

        /** Whether it can be at all. */
        boolean possible() {
            return !own() || (state != State.ABSENT && who != Who.STRANGER && (!glass() || mayBreak()));
        }

        boolean mayBreak() {
            return office() || who == Who.OPERATOR;
        }

        boolean in(State... states) {
            return List.of(states).contains(state);
        }

        /** The list. */
        boolean allowed() {
            return switch (operation) {
                case INSTALL -> who == Who.OPERATOR;
                case ASK -> who == Who.CONSUMER || own();
                case EDIT -> own() && in(State.ASKED);
                case RENEW -> own() && in(State.APPROVED, State.OVER);
                case APPROVE -> office() && !own() && in(State.ASKED);
                case DENY -> office() && in(State.ASKED);
                case REVOKE ->
                    (mayBreak() || own())
                            && in(
                                    State.ASKED,
                                    State.APPROVED,
                                    State.OVER,
                                    State.BROKEN,
                                    State.BROKEN_OVER,
                                    State.REVIEWED);
                case BREAK_GLASS -> mayBreak() && !(own() && in(State.BROKEN, State.BROKEN_OVER));
                case REVIEW -> office() && !own() && in(State.BROKEN, State.BROKEN_OVER);
                case READ -> own() && in(State.APPROVED, State.BROKEN);
            };
        }
    }

    /** Glass is broken here by the thousand. */
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
        List<Cell> wrong = new ArrayList<>();
        List<Cell> notOfTheRole = new ArrayList<>();
        int cells = 0;
        int passed = 0;
        for (Operation operation : Operation.values()) {
            for (Who who : Who.values()) {
                for (Where where : Where.values()) {
                    for (Part part : Part.values()) {
                        for (State state : State.values()) {
                            Cell cell = new Cell(operation, who, where, part, state);
                            if (cell.possible()) {
                                cells++;
                                passed += cell.allowed() ? 1 : 0;
                                boolean passes = passes(cell);
                                if (passes != cell.allowed()) {
                                    wrong.add(cell);
                                }
                                if (passes && !isOfTheRole(cell)) {
                                    notOfTheRole.add(cell);
                                }
                            }
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(notOfTheRole)
                .as("cells that the table of permissions does not list")
                .isEmpty();
        assertThat(cells).as("cells").isGreaterThan(1_500);
        assertThat(passed).as("cells that pass").isBetween(100, cells / 4);
    }

    /** What the workflow lets pass must be what the role may do, by the one table. */
    private static boolean isOfTheRole(Cell cell) {
        Permissions.@org.jspecify.annotations.Nullable Operation operation = switch (cell.operation()) {
            case INSTALL -> Permissions.Operation.INSTALL_DIRECTORY;
            case ASK, EDIT, RENEW -> Permissions.Operation.ASK;
            case APPROVE, DENY -> Permissions.Operation.DECIDE;
            case BREAK_GLASS -> Permissions.Operation.BREAK_GLASS;
            case REVIEW -> Permissions.Operation.REVIEW_GLASS;
            // Of whoever has a part in the agreement, whatever the role.
            case REVOKE, READ -> null;
        };
        return operation == null
                || Permissions.decide(directory(cell), new Principal("pat"), operation, "yard")
                        .allowed();
    }

    private static boolean passes(Cell cell) {
        Desk desk = new Desk();
        desk.done("ove", new Action.Install(directory(cell)));
        bring(desk, cell);
        if (cell.operation() == Operation.READ) {
            String purpose = cell.glass() ? "an emergency" : "to plan berths";
            return new AgreementAccessPolicy(People.contracts(), desk.agreements::image, () -> desk.now)
                    .decide(new Principal("pat"), People.CRATE, purpose)
                    .allowed();
        }
        return desk.tried("pat", action(desk, cell)).equals("done");
    }

    private static Directory directory(Cell cell) {
        List<Directory.Person> people = new ArrayList<>(People.all());
        String domain = cell.where() == Where.OWNING ? "yard" : "harbour";
        if (cell.who() != Who.STRANGER) {
            Set<Role> roles = EnumSet.noneOf(Role.class);
            switch (cell.who()) {
                case CONSUMER -> roles.add(Role.CONSUMER);
                case OPERATOR -> roles.add(Role.OPERATOR);
                case AUDITOR -> roles.add(Role.AUDITOR);
                case OWNER, STEWARD, NOBODY, STRANGER -> {}
            }
            if (cell.own()) {
                roles.add(Role.CONSUMER);
            }
            people.add(People.person("u-pat", Set.of("pat"), roles, Set.of(domain)));
        }
        Set<String> stewards = new HashSet<>(Set.of("u-cem", "u-dan"));
        String owner = "u-bea";
        String otherOwner = "u-eva";
        Set<String> otherStewards = new HashSet<>();
        if (cell.who() == Who.STEWARD) {
            (cell.where() == Where.OWNING ? stewards : otherStewards).add("u-pat");
        } else if (cell.who() == Who.OWNER && cell.where() == Where.OWNING) {
            owner = "u-pat";
        } else if (cell.who() == Who.OWNER) {
            otherOwner = "u-pat";
        }
        Directory base = People.directory(people, stewards, Classification.INTERNAL);
        return new Directory(
                people,
                List.of(
                        new Directory.Domain("yard", owner, stewards),
                        new Directory.Domain("harbour", otherOwner, otherStewards)),
                base.products().values());
    }

    private static void bring(Desk desk, Cell cell) {
        String asker = cell.own() ? "pat" : "ada";
        Consumer consumer = new Consumer.User("u-" + asker);
        switch (cell.state()) {
            case ABSENT -> {}
            case ASKED -> desk.done(asker, new Action.Ask("x", People.CRATE, consumer, People.terms("id")));
            case APPROVED, OVER, REVOKED -> {
                desk.done(asker, new Action.Ask("x", People.CRATE, consumer, People.terms("id")));
                desk.done("cem", desk.approval("x"));
                if (cell.state() == State.OVER) {
                    desk.pass(Duration.ofDays(60));
                } else if (cell.state() == State.REVOKED) {
                    desk.done("dan", new Action.Revoke("x", "no more"));
                }
            }
            case DENIED -> {
                desk.done(asker, new Action.Ask("x", People.CRATE, consumer, People.terms("id")));
                desk.done("cem", new Action.Deny("x", desk.hash("x"), "no"));
            }
            case BROKEN, BROKEN_OVER, REVIEWED -> {
                desk.done(cell.own() ? "pat" : "ove", broken(desk, "x"));
                if (cell.state() != State.BROKEN) {
                    desk.pass(Duration.ofHours(1));
                }
                if (cell.state() == State.REVIEWED) {
                    desk.done("cem", new Action.Review("x", Action.Finding.JUSTIFIED, "there was need"));
                }
            }
        }
    }

    private static Action broken(Desk desk, String id) {
        return new Action.BreakGlass(
                id, People.CRATE, "an emergency", desk.now.plus(Duration.ofHours(1)), Set.of("id"));
    }

    private static Action action(Desk desk, Cell cell) {
        Terms terms = new Terms(
                "to plan more",
                java.time.LocalDate.ofInstant(desk.now, java.time.ZoneOffset.UTC),
                People.TODAY.plusDays(90),
                Set.of("label"));
        Agreement agreement = desk.agreements.image().agreement("x").orElse(null);
        String hash =
                agreement != null && agreement.open() != null ? agreement.open().hash() : Event.NONE;
        return switch (cell.operation()) {
            case INSTALL -> new Action.Install(directory(cell));
            case ASK -> new Action.Ask("y", People.CRATE, new Consumer.User("u-pat"), terms);
            case EDIT -> new Action.Edit("x", terms);
            case RENEW -> new Action.Renew("x", terms);
            case APPROVE -> new Action.Approve("x", hash);
            case DENY -> new Action.Deny("x", hash, "no");
            case REVOKE -> new Action.Revoke("x", "no more");
            case BREAK_GLASS -> broken(desk, "y");
            case REVIEW -> new Action.Review("x", Action.Finding.JUSTIFIED, "seen");
            case READ -> throw new IllegalStateException("reading is asked of the policy");
        };
    }
}
