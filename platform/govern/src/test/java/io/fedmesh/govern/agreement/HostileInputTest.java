package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.Permissions;
import io.fedmesh.govern.Permissions.Operation;
import io.fedmesh.govern.Principal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody means ill with: names, files, roles and approvals; each refused in one clear line. */
class HostileInputTest {
    private static final Path FILE = Path.of("agreements", "a-1.yaml");

    private final Desk desk = new Desk();

    /** Every place where a name comes in. */
    private static Map<String, Consumer<String>> places() {
        Map<String, Consumer<String>> places = new LinkedHashMap<>();
        places.put("product", ProductName::parse);
        places.put("domain of a product", name -> new ProductName(name, "crate"));
        places.put("topic", TopicName::parse);
        places.put("principal of a person", Names::userPrincipal);
        places.put("principal of a team", Names::teamPrincipal);
        places.put("consumer", io.fedmesh.govern.agreement.Consumer.User::new);
        places.put("team", io.fedmesh.govern.agreement.Consumer.Team::new);
        places.put("agreement", id -> new Action.Revoke(id, "no more"));
        places.put("command", id -> new Command(id, "ada", new Action.Revoke("a-1", "no more")));
        places.put("field", People::terms);
        places.put("subject", subject -> People.person(subject, Set.of(), Set.of(), Set.of()));
        places.put("alias", alias -> People.person("u-1", Set.of(alias), Set.of(), Set.of()));
        places.put("team of a person", team -> People.person("u-1", Set.of(), Set.of(), Set.of(team)));
        places.put("domain", domain -> new Directory.Domain(domain, "u-bea", Set.of()));
        return places;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "",
                " ",
                "..",
                "../yard",
                "/etc/passwd",
                "yard\\crate",
                "yard%2ecrate",
                "yard\u0000",
                "ya\nrd",
                "ya\r\nSet-Cookie: x",
                "yard'--",
                "yard\"",
                "${jndi:ldap://x}",
                "$yard",
                "yard crate",
                "y\u0430rd", // a Cyrillic letter
                "yard\u200b", // a space of no width
                "\u202edray", // right to left
                "\uff59ard", // a wide letter
                "__consumer_offsets*",
                "yard;drop table x",
                "-yard'",
                "User:*"
            })
    void aNameOutsideTheGrammarIsRefusedWhereverItComesIn(String name) {
        places().forEach((place, give) -> {
            Throwable refused = catchThrowable(() -> give.accept(name));

            assertThat(refused).as(place).isInstanceOf(IllegalArgumentException.class);
            String message = String.valueOf(refused.getMessage());
            assertThat(message).as(place).contains(" must ").hasSizeLessThan(400);
            assertThat(message.codePoints())
                    .as(place)
                    .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        });
    }

    @Test
    void aNameWithoutAnEndIsRefusedInALineThatHasOne() {
        places().forEach((place, give) -> assertThat(catchThrowable(() -> give.accept("a".repeat(1_000_000))))
                .as(place)
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(400));
    }

    /** Upper case is refused everywhere but in what people write of themselves, where it means the same. */
    @Test
    void upperCaseIsAnotherNameOrNone() {
        List<String> accepted = new ArrayList<>();
        places().forEach((place, give) -> {
            if (catchThrowable(() -> give.accept("YARD")) == null) {
                accepted.add(place);
            }
        });

        assertThat(accepted).containsExactly("field", "alias");
        assertThat(People.person("u-1", Set.of("YARD"), Set.of(), Set.of()).aliases())
                .containsExactly("yard");
    }

    static List<Arguments> yaml() {
        return List.of(
                Arguments.of("id: &a a-1\ninfo: *a\n", "alias: an anchor must not be used but was '&a'"),
                Arguments.of(
                        "id: !!java.net.URL [http://attacker.example.org]\n",
                        "tag: a tag must not be used but was 'tag:yaml.org,2002:java.net.URL'"),
                Arguments.of("id: a-1\nid: a-2\n", "duplicate-key: 'id' must be given once but was given again"),
                Arguments.of(
                        "custom: " + "{a: ".repeat(60) + "1" + "}".repeat(60),
                        "nesting: the file must nest at most 50 deep but did more"),
                Arguments.of(
                        "id: " + "x".repeat(1_000_000),
                        "size: the file must have at most 1000000 characters but had more"),
                Arguments.of("<<: {id: a-1}\n", "agreement: '"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("yaml")
    void hostileYamlIsNoAgreement(String text, String message) {
        assertThatThrownBy(() -> AgreementDocument.parse(FILE, text))
                .isInstanceOf(InvalidContractsException.class)
                .hasMessageStartingWith("[agreements/a-1.yaml:")
                .hasMessageContaining("] " + message);
    }

    @Test
    void twoNamesOfOnePersonAreOneApproval() {
        List<Directory.Person> people = new ArrayList<>(People.all());
        people.replaceAll(p -> p.subject().equals("u-cem")
                ? People.person("u-cem", Set.of("cem", "cem@example.org", "svc-cem"), Set.of(), Set.of())
                : p);
        desk.done("ove", new Action.Install(People.directory(people)));
        desk.askVault("ada", "a-1");
        desk.done("cem", desk.approval("a-1"));

        for (String name : List.of("CEM", "cem@example.org", "Svc-Cem", "u-cem")) {
            assertThat(desk.tried(name, desk.approval("a-1")))
                    .isEqualTo("[agreement a-1] u-cem must approve a request once but has approved it");
        }
        assertThat(desk.live()).isEmpty();
    }

    @Test
    void aDelegatesApprovalIsNoSecondOne() {
        List<Directory.Person> people = new ArrayList<>(People.all());
        people.replaceAll(p -> p.subject().equals("u-dan")
                ? new Directory.Person("u-dan", p.aliases(), p.roles(), p.teams(), Set.of("u-cem"))
                : p);
        desk.done("ove", new Action.Install(People.directory(people)));
        desk.askVault("ada", "a-1");
        desk.done("cem", desk.approval("a-1"));
        desk.done("dan", desk.approval("a-1"));

        assertThat(desk.live()).isEmpty();
        desk.done("bea", desk.approval("a-1"));
        assertThat(desk.live()).containsExactly("a-1");
    }

    /** Asked for what needs one approval, then for what needs two: by an edit, and by a renewal. */
    @Test
    void aThresholdIsNotPassedByAskingForLittleFirst() {
        desk.done(
                "ada",
                new Action.Ask(
                        "a-1",
                        People.VAULT,
                        new io.fedmesh.govern.agreement.Consumer.User("u-ada"),
                        People.terms("id")));
        desk.done("ada", new Action.Edit("a-1", People.terms("id", "secret")));
        desk.done("cem", desk.approval("a-1"));
        assertThat(desk.live()).as("edited").isEmpty();
        desk.done("dan", desk.approval("a-1"));
        assertThat(desk.live()).containsExactly("a-1");

        desk.done(
                "ada",
                new Action.Ask(
                        "a-2",
                        People.VAULT,
                        new io.fedmesh.govern.agreement.Consumer.User("u-ada"),
                        People.terms("id")));
        desk.done("cem", desk.approval("a-2"));
        desk.done("ada", new Action.Renew("a-2", People.terms("id", "secret")));
        desk.done("cem", desk.approval("a-2"));
        assertThat(Live.of(desk.agreements.image(), desk.now).stream()
                        .filter(live -> live.agreement().id().equals("a-2")))
                .as("renewed")
                .singleElement()
                .satisfies(live -> assertThat(live.fields()).containsExactly("id"));
    }

    @Test
    void anApprovalThatComesAgainIsNotASecondOne() throws Exception {
        desk.askVault("ada", "a-1");
        Command approval = new Command("once", "cem", desk.approval("a-1"));
        desk.agreements.submit(approval);

        desk.agreements.submit(approval);

        assertThat(desk.live()).isEmpty();
        Agreement.Request open = java.util.Objects.requireNonNull(
                desk.agreements.image().agreement("a-1").orElseThrow().open());
        assertThat(open.approvals()).hasSize(1);
    }

    @Test
    void whoIsUnknownReviewsNothingAndNobodyReviewsItself() {
        desk.done(
                "bea",
                new Action.BreakGlass("g-1", People.CRATE, "fire", desk.now.plus(Duration.ofHours(1)), Set.of("id")));
        Action review = new Action.Review("g-1", Action.Finding.JUSTIFIED, "fine");

        assertThat(desk.tried("mallory", review))
                .isEqualTo("[directory] 'mallory' must be a person of the directory but was nobody's");
        assertThat(desk.tried("Bea", review))
                .isEqualTo("[agreement g-1] u-bea must have no part in what is reviewed but has");
        assertThat(desk.tried("ove", review))
                .isEqualTo("[agreement g-1] who decides must be owner or steward of yard but was u-ove");
        assertThat(desk.tried("dan", review)).isEqualTo("done");
    }

    /** A chain of those who act for each other gives nobody what one of them has, over no number of steps. */
    @Test
    void whoActsForSomebodyHasNeitherItsRolesNorItsData() {
        List<Directory.Person> people = new ArrayList<>(People.all());
        people.add(new Directory.Person("u-one", Set.of(), Set.of(), Set.of(), Set.of("u-ada", "u-ove", "u-cem")));
        people.add(new Directory.Person("u-two", Set.of(), Set.of(Role.CONSUMER), Set.of(), Set.of("u-one")));
        desk.done("ove", new Action.Install(People.directory(people)));
        desk.ask("ada", "a-1", "id");
        for (String delegate : List.of("u-one", "u-two")) {
            assertThat(desk.tried(delegate, desk.approval("a-1")))
                    .isEqualTo("[agreement a-1] who decides must be owner or steward of yard but was " + delegate);
            assertThat(desk.tried(
                            delegate,
                            new Action.Ask(
                                    "a-2",
                                    People.CRATE,
                                    new io.fedmesh.govern.agreement.Consumer.User("u-ada"),
                                    People.terms("id"))))
                    .isEqualTo(
                            "[agreement a-2] who asks for user u-ada must be a consumer and it, act for it or work in"
                                    + " it, but was " + delegate);
            for (Operation operation : Operation.values()) {
                assertThat(Permissions.decide(
                                        desk.agreements.image().directory(), new Principal(delegate), operation, "yard")
                                .allowed())
                        .as(delegate + " " + operation)
                        .isEqualTo(delegate.equals("u-two") && operation == Operation.ASK);
            }
        }
        desk.done("dan", desk.approval("a-1"));
        AgreementAccessPolicy policy =
                new AgreementAccessPolicy(People.contracts(), desk.agreements::image, () -> desk.now);

        assertThat(allowed(policy, "ada")).isTrue();
        assertThat(allowed(policy, "u-one")).isFalse();
        assertThat(allowed(policy, "u-two")).isFalse();
    }

    @Test
    void whatIsRevokedIsNotHadByAnotherNameNorBroughtBackByAnotherDirectory() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.done("cem", new Action.Revoke("a-1", "no more"));
        desk.done("ove", new Action.Install(People.directory(People.all(), Set.of("u-dan"), Classification.PUBLIC)));
        AgreementAccessPolicy policy =
                new AgreementAccessPolicy(People.contracts(), desk.agreements::image, () -> desk.now);

        for (String name : List.of("ada", "ADA", "svc-ada", "ada@example.org", "u-ada", "*")) {
            assertThat(allowed(policy, name)).as(name).isFalse();
        }
        assertThat(desk.tried("ada", new Action.Renew("a-1", People.terms("id"))))
                .isEqualTo("[agreement a-1] what is closed stays closed but was asked for 'renew'");
    }

    private static boolean allowed(AgreementAccessPolicy policy, String who) {
        return policy.decide(new Principal(who), People.CRATE, "to plan berths").allowed();
    }
}
