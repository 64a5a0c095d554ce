package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.access.ResultFormat;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code mesh diff} says of a change, against a real git repository. */
class DiffCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

    @TempDir
    private Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void thereIsGit() {
        Assumptions.assumeTrue(Yard.hasGit(), "git must be on the PATH to read revisions");
    }

    @BeforeEach
    void aCommit() throws Exception {
        Yard.in(root).commit();
    }

    @Test
    void withoutAChangeNothingBreaks() throws Exception {
        assertThat(diff("main", null, null)).isZero();
        assertThat(text(err)).endsWith("nothing breaks since " + commit().substring(0, 12) + "\n");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void whatBreaksIsNamedByFieldWithWhoReadsIt() throws Exception {
        GovernanceImage image = agreed();
        yard().change(Yard.SCHEMA, "\"type\": \"int\"", "\"type\": \"string\"")
                .change(
                        Yard.SCHEMA,
                        ",\n    {\"name\": \"berth\", \"type\": [\"null\", \"string\"], \"default\": null}",
                        "")
                .change(Yard.CONTRACT, "        berth: berth\n", "");

        assertThat(diff("main", null, image)).isEqualTo(1);

        assertThat(text(out)).isEqualTo("""
                ! yard.crate.weight  type changed: was int and is string: who reads it as it was cannot read what comes
                    read by user u-ada (a-weight, until 2026-12-27T00:00:00Z)
                ! yard.crate.berth  field gone: was optional string and is no more
                """);
        String wayOut =
                "; publish what is new beside it, as a product of the next major version that 'succeeds' yard.crate\n";
        assertThat(text(err))
                .isEqualTo(
                        "[domains/yard/products/crate.odcs.yaml:1] breaking-change: yard.crate.weight must stay as it was"
                                + " published, for whoever reads it, but type changed: was int and is string: who reads it as it was"
                                + " cannot read what comes" + wayOut
                                + "[domains/yard/products/crate.odcs.yaml:1] breaking-change: yard.crate.berth must stay as it was"
                                + " published, for whoever reads it, but field gone: was optional string and is no more"
                                + wayOut
                                + "2 breaks since " + commit().substring(0, 12) + "\n");
    }

    @Test
    void aProgramReadsTheSame() throws Exception {
        GovernanceImage image = agreed();
        yard().change(Yard.SCHEMA, "\"type\": \"int\"", "\"type\": \"string\"");

        assertThat(diff("HEAD", "json", image)).isEqualTo(1);

        JsonNode json = new ObjectMapper().readTree(text(out));
        assertThat(json.get("commit").textValue()).isEqualTo(commit());
        assertThat(json.get("agreementsKnown").booleanValue()).isTrue();
        assertThat(json.get("breaks")).singleElement().satisfies(what -> {
            assertThat(what.get("product").textValue()).isEqualTo("yard.crate");
            assertThat(what.get("field").textValue()).isEqualTo("weight");
            assertThat(what.get("consumers").get(0).get("agreement").textValue())
                    .isEqualTo("a-weight");
            assertThat(what.get("consumers").get(0).get("consumer").textValue()).isEqualTo("user u-ada");
        });
    }

    @Test
    void whereNoMeshIsAskedTheAnswerSaysSo() throws Exception {
        yard().change(Yard.SCHEMA, "\"type\": \"int\"", "\"type\": \"string\"");

        assertThat(diff("main", null, null)).isEqualTo(1);
        assertThat(text(out)).startsWith("! yard.crate.weight  type changed: ").doesNotContain("read by");
        assertThat(text(err)).contains("mesh: no mesh was asked, so nobody knows here who has live agreements\n");

        out.reset();
        assertThat(diff("main", "json", null)).isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(text(out));
        assertThat(json.get("agreementsKnown").booleanValue()).isFalse();
        assertThat(json.get("breaks").get(0).has("consumers")).isFalse();
    }

    @Test
    void whatOnePersonApprovedIsHitWhereItBecomesConfidential() throws Exception {
        GovernanceImage image = agreed();
        yard().change(Yard.SCHEMA, "\"type\": \"int\"", "\"type\": \"int\", \"classification\": \"confidential\"");

        assertThat(diff("main", null, image)).isEqualTo(1);
        assertThat(text(out)).contains("classification raised", "a-weight");
    }

    @Test
    void whatAPolicyRefusesOfTheChangeIsToldAndFails() throws Exception {
        yard().write("domains/yard/policies/no-loss.yaml", """
                id: yard.no-loss
                title: No version goes back
                severity: error
                on: change
                expression: change.version == 'minor'
                message: a change must be a minor version
                """);
        yard().change(Yard.CONTRACT, "history: P90D", "history: P91D");

        assertThat(diff("main", null, agreed())).isEqualTo(1);
        assertThat(text(err))
                .startsWith("[domains/yard/products/crate.odcs.yaml:1] yard.no-loss: a change must be a minor version,"
                        + " which does not hold\n")
                .endsWith("nothing breaks since " + commit().substring(0, 12) + "\n");
    }

    @Test
    void aProductThatGoesNamesWhoReadsIt() throws Exception {
        GovernanceImage image = agreed();
        Files.delete(root.resolve(Yard.CONTRACT));
        Files.delete(root.resolve(Yard.SCHEMA));

        assertThat(diff("main", null, image)).isEqualTo(1);

        assertThat(text(out)).isEqualTo("""
                ! yard.crate  product gone: was on yard.protected.crate.state.v1, and no contract offers it now
                    read by user u-ada (a-weight, until 2026-12-27T00:00:00Z)
                """);
        assertThat(text(err)).startsWith("""
                [domains/yard/products/crate.odcs.yaml:1] removed-early: yard.crate must stay until an end that its contract \
                announced ('status: deprecated' and 'endOfLife' among its 'slaProperties') but is gone and announced none
                """);
    }

    @Test
    void whatBreaksBesideWhatItBreaksPasses() throws Exception {
        GovernanceImage image = agreed();
        String contract = Files.readString(root.resolve(Yard.CONTRACT));
        yard().write(
                        "domains/yard/products/crate-v2.odcs.yaml",
                        contract.replace("id: yard.crate", "id: yard.crate-v2")
                                        .replace("name: crate\n", "name: crate-v2\n")
                                        .replace("dataProduct: crate\n", "dataProduct: crate-v2\n")
                                        .replace("yard.protected.crate.state.v1", "yard.protected.crate-v2.state.v2")
                                        .replace("version: 1.0.0", "version: 2.0.0")
                                        .replace("name: shed", "name: shed-v2")
                                + "  - property: succeeds\n    value: {product: yard.crate, until: 2027-03-31}\n");
        yard().write(
                        "schemas/yard/crate-v2.v2.avsc",
                        Files.readString(root.resolve(Yard.SCHEMA))
                                .replace("\"Crate\"", "\"CrateV2\"")
                                .replace("\"type\": \"int\"", "\"type\": \"string\""));
        yard().write("domains/yard/sources/shed-v2.yaml", """
                name: shed-v2
                connection: shed
                heartbeatTable: yard.beat
                truncate: refuse
                """);
        yard().change(Yard.CONTRACT, "status: active", "status: deprecated")
                .change(
                        Yard.CONTRACT,
                        "slaProperties:\n",
                        "slaProperties:\n  - property: endOfLife\n    value: 2027-03-31\n")
                .change(
                        Yard.CONTRACT,
                        "customProperties:\n",
                        "customProperties:\n  - property: succeededBy\n    value: yard.crate-v2\n");

        assertThat(diff("main", null, image)).as(text(err)).isZero();
        assertThat(text(err)).endsWith("nothing breaks since " + commit().substring(0, 12) + "\n");
    }

    @Test
    void anotherDomainsBreaksAreLeftOut() throws Exception {
        yard().write("domains/harbour/domain.yaml", """
                name: harbour
                description: Berths.
                owner: u-bea
                costCentre: CC-1
                stewards: [u-cem]
                """);
        yard().change(Yard.SCHEMA, "\"type\": \"int\"", "\"type\": \"string\"");

        DiffCommand command = command("main", null, null);
        command.domain = "harbour";
        assertThat(command.call()).isZero();

        command.domain = "harbours";
        assertThatThrownBy(command::call)
                .hasMessage("mesh: --domain must name a domain but was 'harbours'\ntry: mesh products");
    }

    @Test
    void whatIsCommittedIsReadAndNotTheWorkTreesFiltersAndAttributes() throws Exception {
        yard().write(".gitattributes", "domains export-ignore\n*.avsc filter=upper\n");
        yard().git("config", "filter.upper.smudge", "tr a-z A-Z");
        yard().commit();
        yard().change(Yard.SCHEMA, "\"type\": \"int\"", "\"type\": \"string\"");

        assertThat(diff("HEAD", null, null)).isEqualTo(1);
        assertThat(text(out)).contains("was int and is string");
    }

    @Test
    void aRevisionInAFolderOfALargerRepositoryIsRead() throws Exception {
        Path outer = root.resolve("outer");
        Yard.in(outer.resolve("mesh"));
        Yard whole = Yard.in(outer);
        whole.git("init", "-q", "-b", "main");
        whole.git("add", "-A");
        whole.git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x");
        root = outer.resolve("mesh");
        yard().change(Yard.SCHEMA, "\"type\": \"int\"", "\"type\": \"string\"");

        assertThat(diff("main", null, null)).isEqualTo(1);
        assertThat(text(err)).contains("1 break since");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--upload-pack=touch pwned",
                "-h",
                "--output=/tmp/pwned",
                "main --",
                "main;id",
                "$(id)",
                "main\nHEAD",
                "main\u0000",
                ":/x",
                "main:people.yaml",
                "",
                " main",
                "m\u0430in"
            })
    void aRevisionThatIsNoneNeverReachesGit(String hostile) {
        assertThatThrownBy(() -> diff(hostile, null, null))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("mesh: a revision must match ");
    }

    @Test
    void aRevisionThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> diff("nowhere", null, null))
                .hasMessage("mesh: [nowhere] must be a revision of the repository at " + root + " but is none");
        assertThatThrownBy(() -> diff("0123456789abcdef0123456789abcdef01234567", null, null))
                .hasMessageEndingWith(" but is none");
    }

    @Test
    void aFolderThatIsNoRepositoryIsNamed(@TempDir Path elsewhere) throws Exception {
        root = elsewhere;
        Yard.in(elsewhere);

        assertThatThrownBy(() -> diff("main", null, null))
                .hasMessageStartingWith("mesh: [" + elsewhere
                        + "] must be in a git repository that can be read, but git says: fatal: ");
    }

    @Test
    void aCommitWhoseContractsAreLinksOrInvalidIsRefused() throws Exception {
        Path contract = root.resolve(Yard.CONTRACT);
        String text = Files.readString(contract);
        Files.delete(contract);
        Files.createSymbolicLink(contract, Path.of("/etc/hostname"));
        yard().commit();
        assertThatThrownBy(() -> diff("HEAD", null, null))
                .hasMessage("mesh: [" + commit() + "] must hold regular files but one of its contracts is none");

        Files.delete(contract);
        Files.writeString(contract, text.replace("partitions", "partition"));
        yard().commit();
        assertThatThrownBy(() -> diff("HEAD", null, null))
                .hasMessageStartingWith("mesh: [" + commit() + "] its contracts must be valid but were not:\n"
                        + "[domains/yard/products/crate.odcs.yaml:");
    }

    private Yard yard() throws Exception {
        return Yard.at(root);
    }

    private int diff(String revision, @Nullable String format, @Nullable GovernanceImage image) {
        out.reset();
        err.reset();
        return command(revision, format, image).call();
    }

    private DiffCommand command(String revision, @Nullable String format, @Nullable GovernanceImage image) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        DiffCommand command = new DiffCommand(
                new Surroundings(console, Map.of(), root),
                Clock.fixed(NOW, ZoneOffset.UTC),
                options -> Optional.ofNullable(image));
        command.revision = revision;
        if ("json".equals(format)) {
            command.output.format = ResultFormat.JSON;
        }
        return command;
    }

    /** Ada reads weight and label, by one approval. */
    private GovernanceImage agreed() throws Exception {
        return Agreed.of(root, NOW, "weight", "label");
    }

    private String commit() throws Exception {
        return GitRevision.of(root, "HEAD").commit();
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
