package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.InvalidContractsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who somebody is, and what. */
class DirectoryTest {
    private static final Path FILE = Path.of("people.yaml");

    @Test
    void anAliasInAnyCaseMeansItsPersonAndAnyOtherTextNobody() {
        Directory directory = People.directory();

        assertThat(directory.subject("ADA@example.ORG")).contains("u-ada");
        assertThat(directory.subject("U-ADA")).contains("u-ada");
        for (String nobody : List.of("", " ada", "ada ", "ada\n", "аda", "ada@example.org.", "\u212Aada", "*")) {
            assertThat(directory.subject(nobody)).as(nobody).isEmpty();
        }
    }

    @Test
    void anAliasOfTwoPersonsIsRefused() {
        List<Directory.Person> people = List.of(
                People.person("u-1", Set.of("svc"), Set.of(), Set.of()),
                People.person("u-2", Set.of("SVC"), Set.of(), Set.of()));

        assertThatThrownBy(() -> new Directory(people, List.of(), List.of()))
                .hasMessage("'svc' must be one person's but was of u-1 and of u-2");
    }

    @Test
    void aSubjectIdOfAnotherIsNoAlias() {
        List<Directory.Person> people = List.of(
                People.person("u-1", Set.of("u-2"), Set.of(), Set.of()),
                People.person("u-2", Set.of(), Set.of(), Set.of()));

        assertThatThrownBy(() -> new Directory(people, List.of(), List.of()))
                .hasMessage("'u-2' must be one person's but was of u-1 and of u-2");
    }

    @Test
    void operatorAndAuditorExcludeEachOther() {
        assertThatThrownBy(() -> People.person("u-1", Set.of(), Set.of(Role.OPERATOR, Role.AUDITOR), Set.of()))
                .hasMessage("'roles' of u-1 must not be operator and auditor at once but were [operator, auditor]");
    }

    @Test
    void whoIsNamedMustBeAPerson() {
        assertThatThrownBy(() ->
                        new Directory(List.of(), List.of(new Directory.Domain("yard", "u-9", Set.of())), List.of()))
                .hasMessage("'owner of yard' must be a person of the directory but was 'u-9'");
    }

    @Test
    void aCircleIsAllWhoActForEachOtherOverAnyNumberOfSteps() {
        Directory directory = new Directory(
                List.of(
                        new Directory.Person("u-1", Set.of(), Set.of(), Set.of(), Set.of("u-2")),
                        new Directory.Person("u-2", Set.of(), Set.of(), Set.of(), Set.of()),
                        new Directory.Person("u-3", Set.of(), Set.of(), Set.of(), Set.of("u-2")),
                        new Directory.Person("u-4", Set.of(), Set.of(), Set.of(), Set.of())),
                List.of(),
                List.of());

        assertThat(directory.circle("u-3")).containsExactlyInAnyOrder("u-1", "u-2", "u-3");
        assertThat(directory.circle("u-4")).containsExactly("u-4");
    }

    @Test
    void theFileOfPeopleIsReadStrictly() throws Exception {
        String yaml = """
                people:
                  - subject: u-1
                    aliases: [Ada, ada@example.org]
                    roles: [consumer]
                    teams: [yard]
                    actsFor: [u-2]
                  - subject: u-2
                """;

        assertThat(PeopleFile.parse(FILE, yaml))
                .containsExactly(
                        new Directory.Person(
                                "u-1",
                                Set.of("ada", "ada@example.org"),
                                Set.of(Role.CONSUMER),
                                Set.of("yard"),
                                Set.of("u-2")),
                        People.person("u-2", Set.of(), Set.of(), Set.of()));
        assertThatThrownBy(() -> PeopleFile.parse(
                        FILE,
                        yaml.replace("[consumer]", "[root]").replace("subject: u-2", "subject: u-2\n    admin: true")))
                .isInstanceOf(InvalidContractsException.class)
                .hasMessage("""
                        [people.yaml:4] person: 'roles' must be one of [owner, steward, consumer, operator, auditor] but was 'root'
                        [people.yaml:8] person: 'people[1].admin' must not be given, there is no such key, but was""");
        assertThatThrownBy(() -> PeopleFile.parse(FILE, "people: &a []"))
                .hasMessage("[people.yaml:1] alias: an anchor must not be used but was '&a'");
    }
}
