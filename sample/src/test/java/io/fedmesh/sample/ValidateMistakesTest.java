package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.app.internal.cli.Cli;
import io.fedmesh.app.internal.cli.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mesh validate} says of this repository with a mistake in it: file, line, rule and value, and exit code 1. */
class ValidateMistakesTest {
    @TempDir
    private Path root;

    private RepositoryCopy repository;

    @BeforeEach
    void copyTheRepository() throws IOException {
        repository = RepositoryCopy.in(root);
    }

    @Test
    void theRepositoryIsValid() {
        assertThat(validate()).startsWith("0 ").endsWith(" products: all valid\n");
    }

    @Test
    void badYamlIsRefused() throws IOException {
        repository.with("domains/projects/domain.yaml", "stewards: [u-1001, u-1002]", "stewards: [u-1001, u-1002");

        assertThat(validate()).isEqualTo("""
                1 [domains/projects/domain.yaml:6] yaml: the file must be YAML but expected ',' or ']', but got <stream end>
                1 problem
                """);
    }

    @Test
    void anUnknownKeyIsRefused() throws IOException {
        repository.with("domains/projects/sources/construction.yaml", "truncate: tombstones", "trunkate: tombstones");

        assertThat(validate()).isEqualTo("""
                1 [domains/projects/sources/construction.yaml:2] missing-key: 'truncate' must be given but was absent
                [domains/projects/sources/construction.yaml:5] unknown-key: 'trunkate' must be one of name, connection, heartbeatTable, truncate but was given
                2 problems
                """);
    }

    @Test
    void aBadNameIsRefused() throws IOException {
        repository.with("domains/projects/products/task.odcs.yaml", "dataProduct: task", "dataProduct: Task_1");

        assertThat(validate()).isEqualTo("""
                1 [domains/projects/products/task.odcs.yaml:8] value: 'dataProduct' must be 'task' but was 'Task_1'
                1 problem
                """);
    }

    @Test
    void aProductWithoutClassificationIsRefused() throws IOException {
        repository.with(
                "domains/projects/products/task.odcs.yaml", "  - property: classification\n    value: internal\n", "");

        assertThat(validate().lines())
                .hasSize(12)
                .startsWith("1 [schemas/projects/task.v1.avsc:7] classification: 'task_id' must have a classification,"
                        + " its own or the contract's default, but had none")
                .endsWith("11 problems");
    }

    @Test
    void aFieldWithAnUnknownClassificationIsRefused() throws IOException {
        repository.with(
                "schemas/projects/task.v1.avsc",
                "\"classification\": \"confidential\"",
                "\"classification\": \"hidden\"");

        assertThat(validate()).isEqualTo("""
                1 [schemas/projects/task.v1.avsc:12] pii: 'assignee_email' must be confidential or above, because it is tagged PII, but was 'internal'
                [schemas/projects/task.v1.avsc:12] value: 'fields[5].classification' must be one of public, internal, confidential, restricted but was 'hidden'
                2 problems
                """);
    }

    @Test
    void everyProblemOfEveryFileIsToldAtOnce() throws IOException {
        repository.with("domains/projects/sources/construction.yaml", "truncate: tombstones", "truncate: maybe");
        repository.with("domains/financials/domain.yaml", "costCentre", "costCenter");

        assertThat(validate()).isEqualTo("""
                1 [domains/financials/domain.yaml:1] missing-key: 'costCentre' must be given but was absent
                [domains/financials/domain.yaml:4] unknown-key: 'costCenter' must be one of name, description, owner, costCentre, stewards but was given
                [domains/projects/sources/construction.yaml:5] value: 'truncate' must be one of tombstones, refuse but was 'maybe'
                3 problems
                """);
    }

    @Test
    void aProductThatBreaksAPolicyIsRefused() throws IOException {
        repository.with("schemas/projects/task.v1.avsc", "\"protection\": \"tokenise\", ", "");

        assertThat(validate()).isEqualTo("""
                1 [domains/projects/products/task.odcs.yaml:1] pii-protection: every field tagged PII must have a protection, such as "protection": "tokenise" in its schema, which does not hold for assignee_email
                1 problem
                """);
        assertThat(validate("--domain", "financials")).startsWith("0 ").endsWith("4 products: all valid\n");
        assertThat(validate("--domain", "projects")).startsWith("1 ");
        assertThat(validate("--domain", "project")).startsWith("2 mesh: --domain must name a domain but was 'project'");
    }

    @Test
    void whoIsBothOperatorAndAuditorIsRefused() throws IOException {
        repository.with("people.yaml", "roles: [operator]", "roles: [operator, auditor]");

        assertThat(validate()).isEqualTo("""
                1 [people.yaml:37] person: 'roles' of u-9001 must not be operator and auditor at once but were [operator, auditor]
                1 problem
                """);
    }

    @Test
    void aStewardWhoIsNobodyIsRefused() throws IOException {
        repository.with("domains/projects/domain.yaml", "stewards: [u-1001, u-1002]", "stewards: [u-1001, u-7777]");

        assertThat(validate()).isEqualTo("""
                1 [people.yaml:1] person: 'people' must hold who is in 'stewards' of domains/projects/domain.yaml but had no 'u-7777'
                1 problem
                """);
    }

    @Test
    void aRepositoryWithoutPeopleIsWarned() throws IOException {
        Files.delete(root.resolve("people.yaml"));

        assertThat(validate())
                .startsWith("0 warning: [people.yaml:1] people: the file must say who there is, for nobody can ask,"
                        + " approve or review without it, but was missing\n")
                .endsWith(" products: all valid\n");
    }

    @Test
    void aProgramReadsEveryVerdict() throws IOException {
        repository.with("schemas/projects/task.v1.avsc", "\"protection\": \"tokenise\", ", "");

        JsonNode document = new ObjectMapper().readTree(validate("-o", "json").substring(2));

        assertThat(document.get("valid").booleanValue()).isFalse();
        assertThat(document.get("problems")).isEmpty();
        assertThat(document.get("verdicts"))
                .filteredOn(verdict -> !verdict.get("outcome").textValue().equals("passed"))
                .singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.get("policy").textValue()).isEqualTo("pii-protection");
                    assertThat(verdict.get("product").textValue()).isEqualTo("projects.task");
                });
    }

    @Test
    void aChangeIsHeldAgainstWhatIsInForce(@TempDir Path before) throws IOException {
        RepositoryCopy.in(before);
        Files.createDirectories(root.resolve("domains/projects/policies"));
        Files.writeString(root.resolve("domains/projects/policies/no-loss.yaml"), """
                id: projects.no-loss
                title: No field goes without a new major version
                severity: error
                on: change
                expression: change.version == 'major' || change.fieldsRemoved.size() == 0
                message: a field must stay until the next major version
                """);
        repository.with(
                "schemas/projects/task.v1.avsc",
                "    {\"name\": \"priority\", \"type\": \"int\", \"doc\": \"1 (first) to 5 (last).\"},\n",
                "");
        repository.with("domains/projects/products/task.odcs.yaml", "        priority: priority\n", "");

        assertThat(validate()).startsWith("0 ");
        assertThat(validate("--against", before.toString())).isEqualTo("""
                1 [domains/projects/products/task.odcs.yaml:1] breaking-change: projects.task.priority must stay as it was published, for whoever reads it, but field gone: was int and is no more; publish what is new beside it, as a product of the next major version that 'succeeds' projects.task
                [domains/projects/products/task.odcs.yaml:1] projects.no-loss: a field must stay until the next major version, which does not hold
                2 problems
                """);
    }

    /** The exit code and all that is printed. */
    private String validate(String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        int exit = Cli.run(
                new Console(printed, printed, false),
                Map.of(),
                Stream.concat(Stream.of("validate", root.toString()), Stream.of(more))
                        .toArray(String[]::new));
        return exit + " " + out.toString(StandardCharsets.UTF_8);
    }
}
