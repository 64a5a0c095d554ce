package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The people of a repository: what is wrong with them, and on which line. */
class PeopleFileTest {
    private static final Contracts YARD = new Contracts(
            List.of(new Domain(
                    "yard",
                    "Crates.",
                    "u-bea",
                    "CC-1",
                    List.of("u-bea", "u-cem"),
                    Path.of("domains/yard/domain.yaml"))),
            List.of(),
            List.of());

    private static final String PEOPLE = """
            people:
              - subject: u-bea
                aliases: [bea, bea@example.org]
              - subject: u-cem
                logins:
                  - {issuer: https://login.example.org, subject: Cem-1}
                roles: [consumer]
                teams: [yard]
                actsFor: [u-bea]
              - subject: u-ove
                roles: [operator]
            """;

    @TempDir
    Path root;

    @Test
    void theFileAndTheContractsMakeADirectory() throws Exception {
        write(PEOPLE);

        Directory directory = PeopleFile.load(root, YARD);

        assertThat(directory.subject("BEA@example.org")).contains("u-bea");
        assertThat(directory.roles("u-bea", "yard")).containsExactly(Role.OWNER, Role.STEWARD);
        assertThat(directory.roles("u-cem", "yard")).containsExactlyInAnyOrder(Role.STEWARD, Role.CONSUMER);
    }

    @Test
    void aLoginCountsToTheLetter() throws Exception {
        write(PEOPLE);

        Directory directory = PeopleFile.load(root, YARD);

        assertThat(directory.subject(new Login("https://login.example.org", "Cem-1").alias()))
                .contains("u-cem");
        for (Login other : List.of(
                new Login("https://login.example.org", "cem-1"),
                new Login("https://login.example.org/", "Cem-1"),
                new Login("https://login.example.orgC", "em-1"),
                new Login("https://LOGIN.example.org", "Cem-1"))) {
            assertThat(directory.subject(other.alias())).as(other.toString()).isEmpty();
        }
    }

    @Test
    void withoutTheFileNobodyIsAnybody() throws Exception {
        assertThat(PeopleFile.load(root, YARD)).isEqualTo(Directory.EMPTY);
    }

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of(
                        "u-cem\n", "u_cem\n", "4] person: 'subject' must match [a-z][a-z0-9-]{0,30} but was 'u_cem'"),
                Arguments.of(
                        "  - subject: u-ove\n",
                        "  - aliases: [ove]\n",
                        "10] person: 'people[2].subject' must be given but was absent"),
                Arguments.of(
                        "[bea, bea@example.org]",
                        "[bea, 'bea smith']",
                        "3] person: 'alias' must match [a-z0-9][a-z0-9._@+/-]{0,199} but was 'bea smith'"),
                Arguments.of(
                        "[bea, bea@example.org]",
                        "[bea, bea]",
                        "3] person: 'people[0].aliases' must list each once but held 'bea' again"),
                Arguments.of(
                        "[bea, bea@example.org]",
                        "[OIDC/x]",
                        "3] person: 'aliases' must not begin with oidc/, which is for what 'logins' say, but one was 'OIDC/x'"),
                Arguments.of(
                        "[operator]",
                        "[operator, auditor]",
                        "11] person: 'roles' of u-ove must not be operator and"
                                + " auditor at once but were [operator, auditor]"),
                Arguments.of(
                        "[operator]",
                        "[steward, operator]",
                        "11] person: 'roles' of u-ove must be of the mesh but"
                                + " were [steward, operator]: a domain names its own"),
                Arguments.of(
                        "[operator]",
                        "[Operator]",
                        "11] person: 'roles' must be one of [owner, steward, consumer, operator, auditor] but was 'Operator'"),
                Arguments.of(
                        "subject: Cem-1}",
                        "subject: 'Cem 1'}",
                        "6] person: 'logins[0].subject' must be 1 to 255 visible ASCII characters but was 'Cem 1'"),
                Arguments.of(
                        "subject: Cem-1}",
                        "sub: Cem-1}",
                        "6] person: 'people[1].logins[0].subject' must be given but was absent"),
                Arguments.of("[yard]", "[yards]", "8] person: 'teams' must be domains of the mesh but was 'yards'"),
                Arguments.of("[yard]", "yard", "8] person: 'people[1].teams' must be a list but was 'yard'"),
                Arguments.of("[u-bea]", "[bea]", "9] person: 'actsFor' must be subject ids of persons but was 'bea'"),
                Arguments.of(
                        "subject: u-ove",
                        "subject: u-cem",
                        "10] person: 'subject' must be given once but 'u-cem' was given again"),
                Arguments.of(
                        "    roles: [operator]",
                        "    roles: [operator]\n    aliases: [Bea]",
                        "12] person: 'bea' must be one person's but was of u-bea and of u-ove"),
                Arguments.of(
                        "    roles: [operator]",
                        "    roles: [operator]\n    logins: [{issuer: https://login.example.org, subject: Cem-1}]",
                        "12] person: a login must be one person's but was of u-cem and of u-ove"),
                Arguments.of(
                        "[operator]",
                        "[auditor]",
                        "1] person: 'people' must hold one with the role operator but held none: nobody could tell who there is"),
                Arguments.of(
                        "subject: u-bea\n    aliases",
                        "subject: u-bee\n    aliases",
                        "9] person: 'actsFor' must be subject ids of persons but was 'u-bea'\n"
                                + "[people.yaml:1] person: 'people' must hold who is in 'owner' of"
                                + " domains/yard/domain.yaml but had no 'u-bea'\n"
                                + "[people.yaml:1] person: 'people' must hold who is in 'stewards' of"
                                + " domains/yard/domain.yaml but had no 'u-bea'"),
                Arguments.of(
                        "people:\n",
                        "persons: []\npeople:\n",
                        "1] people: 'persons' must not be given, there is no such" + " key, but was"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mistakes")
    void aMistakeIsRefusedWithItsLine(String change, String to, String message) throws Exception {
        assertThat(PEOPLE).contains(change);
        write(PEOPLE.replace(change, to));

        assertThatThrownBy(() -> PeopleFile.load(root, YARD))
                .isInstanceOf(InvalidContractsException.class)
                .hasMessage("[people.yaml:" + message);
    }

    @Test
    void everyMistakeIsToldAtOnce() throws Exception {
        write(PEOPLE.replace("[yard]", "[yards]").replace("[u-bea]", "[u-eva]"));

        InvalidContractsException refused =
                catchThrowableOfType(InvalidContractsException.class, () -> PeopleFile.load(root, YARD));

        assertThat(refused.problems()).extracting(Problem::line).containsExactly(8, 9);
    }

    /** What an attacker writes where a person reads YAML: refused before any of it means anything. */
    static List<Arguments> hostile() {
        return List.of(
                Arguments.of("a: &a [x, x]\npeople: [*a, *a]\n", "1] alias: an anchor must not be used but was '&a'"),
                Arguments.of(
                        "people:\n  - <<: *root\n    subject: u-1\n",
                        "2] alias: an alias must not be used but was '*root'"),
                Arguments.of(
                        "people:\n  - !!javax.script.ScriptEngineManager {subject: u-1}\n",
                        "2] tag: a tag must not be used but was 'tag:yaml.org,2002:javax.script.ScriptEngineManager'"),
                Arguments.of(
                        "people:\n  - subject: u-1\n    roles: [auditor]\n    roles: [operator]\n",
                        "4] duplicate-key: 'roles' must be given once but was given again"),
                Arguments.of(
                        "people: " + "[".repeat(60) + "]".repeat(60),
                        "1] nesting: the file must nest at most 50 deep but did more"),
                Arguments.of(
                        "people: " + "x".repeat(1_000_000),
                        "1] size: the file must have at most 1000000 characters but had more"),
                Arguments.of("people: []\n---\npeople: []\n", "2] yaml: the file must hold one document but held more"),
                Arguments.of(
                        "people: \u0007\n", "1] yaml: the file must be YAML but has a character that YAML forbids"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("hostile")
    void hostileYamlIsRefused(String text, String message) throws Exception {
        write(text);

        assertThatThrownBy(() -> PeopleFile.load(root, YARD)).hasMessage("[people.yaml:" + message);
    }

    @Test
    void bytesThatAreNotUtf8AndLinksAreRefused(@TempDir Path other) throws Exception {
        Files.write(root.resolve("people.yaml"), "people: [\u00e9]".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PeopleFile.load(root, YARD))
                .hasMessageStartingWith("[people.yaml:1] encoding: the file must be UTF-8 but had byte 0xe9");

        Files.delete(root.resolve("people.yaml"));
        Files.writeString(other.resolve("real.yaml"), PEOPLE);
        Files.createSymbolicLink(root.resolve("people.yaml"), other.resolve("real.yaml"));
        assertThatThrownBy(() -> PeopleFile.load(root, YARD))
                .hasMessage(
                        "[people.yaml:1] file: the file must be a regular file but was missing, a link or a folder");
    }

    @Test
    void aSubjectThatLooksLikeAnotherIsRefusedOrIsNobodys() throws Exception {
        write(PEOPLE);
        Directory directory = PeopleFile.load(root, YARD);
        for (String like : List.of(
                "u-be\u0430", // Cyrillic a
                "u-bea\u200b", // a space of no width
                "u\u2010bea", // a hyphen of Unicode
                "\uff55-bea", // a wide u
                "u-bea\u0000",
                "u-bea ",
                "u-be*",
                "u-*",
                "*",
                "u-bea/../u-ove",
                "u%2dbea")) {
            assertThat(directory.subject(like)).as(like).isEmpty();
            assertThatThrownBy(() -> new Directory.Person(like, Set.of(), Set.of(), Set.of(), Set.of()))
                    .as(like)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void write(String text) throws Exception {
        Files.writeString(root.resolve("people.yaml"), text);
    }
}
