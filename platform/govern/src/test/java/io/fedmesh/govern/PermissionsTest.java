package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.govern.Permissions.Operation;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every operation by everybody, in the own domain and in another, under every name: what is not listed fails. */
class PermissionsTest {
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
        /** Was everything, and is gone from the directory. */
        GONE
    }

    /** Where the operation is done. */
    private enum Where {
        OWN,
        OTHER,
        /** To the mesh as a whole. */
        MESH,
        /** In a domain that there is not. */
        NOWHERE
    }

    /** As what the person is named: none of it may matter. */
    private enum Name {
        SUBJECT,
        ALIAS,
        ALIAS_IN_CAPITALS
    }

    /** The list, written anew: the table may not judge itself. */
    private static final Map<Who, Set<Operation>> OF_THE_MESH = Map.of(
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

    private static final Set<Operation> OF_OFFICE =
            EnumSet.of(Operation.DECIDE, Operation.REVIEW_GLASS, Operation.BREAK_GLASS);

    @Test
    void onlyWhatIsListedPasses() {
        Directory directory = directory();
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        int passed = 0;
        for (Operation operation : Operation.values()) {
            for (Who who : Who.values()) {
                for (Where where : Where.values()) {
                    for (Name name : Name.values()) {
                        cells++;
                        boolean listed = OF_THE_MESH.getOrDefault(who, Set.of()).contains(operation)
                                || (where == Where.OWN
                                        && (who == Who.OWNER || who == Who.STEWARD)
                                        && OF_OFFICE.contains(operation));
                        passed += listed ? 1 : 0;
                        Decision decision = decide(directory, new Principal(text(who, name)), operation, where);
                        if (decision.allowed() != listed) {
                            wrong.add(operation + " by " + who + " " + where + " " + name + ": " + decision);
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cells).as("cells").isGreaterThan(1_000);
        assertThat(passed).as("cells that pass").isBetween(50, cells / 4);
    }

    @Test
    void noRoleIsOperatorAndAuditorOfAnything() {
        for (Operation operation : Operation.values()) {
            assertThat(operation.roles()).as(operation.toString()).isNotEmpty();
            assertThat(operation.roles().containsAll(EnumSet.of(Role.OPERATOR, Role.AUDITOR)))
                    .as(operation.toString())
                    .isFalse();
        }
    }

    @Test
    void whoeverIsNamedStrangelyIsNobody() {
        Directory directory = directory();
        for (String name :
                List.of("*", "operator", "u-*", "u-operator ", "u-operator\u0000", "u-oper\u0430tor", "root")) {
            Decision decision = Permissions.decide(directory, new Principal(name), Operation.APPLY);
            assertThat(decision.allowed()).as(name).isFalse();
            assertThat(decision.reasons())
                    .containsExactly("who may apply must be a person of the directory but was nobody of it");
        }
    }

    @Test
    void aRefusalNamesTheRoles() {
        assertThat(Permissions.decide(directory(), new Principal("u-consumer"), Operation.BREAK_GLASS, "yard")
                        .reasons())
                .containsExactly(
                        "who may break glass must be owner of yard or steward of yard or operator but u-consumer is not");
    }

    private static Decision decide(Directory directory, Principal who, Operation what, Where where) {
        return switch (where) {
            case OWN -> Permissions.decide(directory, who, what, "yard");
            case OTHER -> Permissions.decide(directory, who, what, "harbour");
            case NOWHERE -> Permissions.decide(directory, who, what, "nowhere");
            case MESH -> Permissions.decide(directory, who, what);
        };
    }

    private static String text(Who who, Name name) {
        String word = who.name().toLowerCase(java.util.Locale.ROOT);
        return switch (name) {
            case SUBJECT -> "u-" + word;
            case ALIAS -> word + "@example.org";
            case ALIAS_IN_CAPITALS -> who.name() + "@Example.Org";
        };
    }

    private static Directory directory() {
        List<Directory.Person> people = new ArrayList<>();
        for (Who who : Who.values()) {
            if (who != Who.GONE) {
                people.add(new Directory.Person(
                        text(who, Name.SUBJECT),
                        Set.of(text(who, Name.ALIAS)),
                        switch (who) {
                            case CONSUMER -> Set.of(Role.CONSUMER);
                            case OPERATOR -> Set.of(Role.OPERATOR);
                            case AUDITOR -> Set.of(Role.AUDITOR);
                            case OWNER, STEWARD, MEMBER, NOBODY, DELEGATE, GONE -> Set.of();
                        },
                        who == Who.MEMBER ? Set.of("yard") : Set.of(),
                        who == Who.DELEGATE ? Set.of("u-operator") : Set.of()));
            }
        }
        people.add(new Directory.Person("u-else", Set.of(), Set.of(), Set.of(), Set.of()));
        return new Directory(
                people,
                List.of(
                        new Directory.Domain("yard", "u-owner", Set.of("u-steward")),
                        new Directory.Domain("harbour", "u-else", Set.of())),
                List.of());
    }
}
