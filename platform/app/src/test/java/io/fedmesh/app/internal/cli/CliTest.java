package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.access.ProductEvent;
import io.fedmesh.access.TopicFeed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void withoutACommandTheUsageIsWrong() {
        assertThat(run()).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: a command must be given but none was\ntry: mesh --help\n");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        assertThat(run("products", "--colour")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: Unknown option: '--colour'\ntry: mesh products --help\n");
    }

    @Test
    void anUnknownFormatIsWrongUsage() {
        assertThat(run("products", "-o", "xml")).isEqualTo(2);
        assertThat(text(err))
                .isEqualTo("mesh: Invalid value for option '--output': must be one of table, csv, json but was 'xml'\n"
                        + "try: mesh products --help\n");
    }

    @Test
    void helpIsAnAnswer() {
        assertThat(run("--help")).isZero();
        assertThat(text(out)).contains("validate", "products", "describe");
        assertThat(text(err)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "up",
                "status",
                "down",
                "reset",
                "doctor",
                "validate",
                "diff",
                "plan",
                "apply",
                "drift",
                "grants",
                "request",
                "edit",
                "renew",
                "approve",
                "deny",
                "revoke",
                "agreements",
                "break-glass",
                "review",
                "audit",
                "products",
                "describe",
                "schema",
                "topics",
                "query",
                "consume",
                "reconcile",
                "rejected",
                "freshness",
                "cdc",
                "stream",
                "sink",
                "lake",
                "govern"
            })
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(text(out)).startsWith("Usage: mesh " + command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "ls", "seal"})
    void everyCommandOfTheRecordOfDecisionsHasHelp(String command) {
        assertThat(run("audit", command, "--help")).isZero();
        assertThat(text(out)).startsWith("Usage: mesh audit " + command);
    }

    @Test
    void whatIsAskedForMustBeSaidInOneWay() {
        assertThat(run("request", "--until", "2027-01-01")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: a product or --file must be given but both or none was\n");
        err.reset();
        assertThat(run("request", "--file", "a.yaml", "--team", "yard")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: --file says all of it, so nothing else may but did\n");
        err.reset();
        assertThat(run("request", "yard.crate", "--until", "tomorrow")).isEqualTo(2);
        assertThat(text(err)).contains("--until").contains("tomorrow");
    }

    @Test
    void aReviewFindsOneOfTwoThings() {
        assertThat(run("review", "g-1", "--finding", "fine", "--remark", "no harm"))
                .isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: --finding must be justified or misuse but was 'fine'\n");
    }

    @Test
    void oneAgreementIsShownOrSomeAreListed() {
        assertThat(run("agreements", "a-1", "--live")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: an agreement or what chooses some may be given but both were\n");
        err.reset();
        assertThat(run("agreements", "--yaml")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: --yaml must be of one agreement but none was named\n");
    }

    @Test
    void aFolderWithoutContractsIsNamed() {
        assertThat(run("validate", "/")).isEqualTo(2);
        assertThat(text(err))
                .isEqualTo(
                        "mesh: [/] must hold 'domains/' and 'schemas/' but does not; use ./mesh of the repository\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "show", "replay", "discard"})
    void everyCommandOfRefusedRecordsHasHelp(String command) {
        assertThat(run("rejected", command, "--help")).isZero();
        assertThat(text(out)).startsWith("Usage: mesh rejected " + command);
    }

    @Test
    void aPositionOfARefusedRecordIsPartitionAndOffset() {
        assertThat(run("rejected", "show", "yard.crate", "17")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: a position must be 0:<offset>, as show tells it, but was '17'\n");
    }

    @Test
    void aReasonMustBeGivenToDiscard() {
        assertThat(run("rejected", "discard", "yard.crate")).isEqualTo(2);
        assertThat(text(err)).contains("--because");
        assertThat(run("rejected", "discard", "yard.crate", "--because", " ")).isEqualTo(2);
        assertThat(text(err)).contains("mesh: --because must say why but was blank");
    }

    @Test
    void bytesOfARefusedRecordGoToANewFileOfItsOwnerAlone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("bytes");
        RejectedCommand.Show.write(file, new byte[] {1, 2});
        assertThat(file).hasBinaryContent(new byte[] {1, 2});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> RejectedCommand.Show.write(file, new byte[0]))
                .isInstanceOf(CommandException.class)
                .hasMessage("mesh: [" + file + "] must be a new file but exists");
    }

    @Test
    void whereAReadingBeginsIsEarliestATimeOrAnOffset() {
        assertThat(ConsumeCommand.start("earliest")).isEqualTo(new TopicFeed.Start.Earliest());
        assertThat(ConsumeCommand.start("17")).isEqualTo(new TopicFeed.Start.From(17));
        assertThat(ConsumeCommand.start("2026-01-02T04:04:05+01:00"))
                .isEqualTo(new TopicFeed.Start.At(Instant.parse("2026-01-02T03:04:05Z")));
        for (String wrong : List.of("latest", "-1", "2026-01-02", "99999999999999999999", "1969-12-31T00:00:00Z", "")) {
            assertThatThrownBy(() -> ConsumeCommand.start(wrong))
                    .isInstanceOf(CommandException.class)
                    .hasMessage(
                            "mesh: --from must be earliest, a time such as 2026-01-02T03:04:05Z or an offset but was '"
                                    + wrong + "'");
        }
        assertThat(run("consume", "yard.crate", "--max", "0")).isEqualTo(2);
        assertThat(run("consume", "yard.crate", "-o", "xml")).isEqualTo(2);
    }

    @Test
    void anEventIsOneLineThatNoTerminalObeys() {
        ProductEvent event = new ProductEvent(
                0, 7, Instant.EPOCH, "a\u009bkey", Map.of("mesh_op", "u"), Map.of("note", "line\nbreak \u202e"));

        assertThat(ConsumeCommand.text(event))
                .isEqualTo("0:7  1970-01-01T00:00:00Z  u  \"a\uFFFDkey\"  {\"note\":\"line\\nbreak \uFFFD\"}");
    }

    @Test
    void aGroupAloneIsWrongUsage() {
        assertThat(run("cdc")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: a command must be given but none was\ntry: mesh cdc --help\n");
    }

    @Test
    void aProcessWithoutItsConfigurationSaysSo() {
        assertThat(run("sink", "run", "--config", "/nowhere/mesh.yaml")).isEqualTo(1);
        assertThat(text(err))
                .isEqualTo("[/nowhere/mesh.yaml:1] file: the file must be readable but was not: NoSuchFileException\n");
    }

    @Test
    void aQueryWithoutAMeshSaysHowToStartOne() {
        assertThat(run("query", "--home", "/nowhere", "select 1")).isEqualTo(1);
        assertThat(text(err)).isEqualTo("mesh: [/nowhere] a mesh must run here but none does; ./mesh up starts it\n");
    }

    @Test
    void theStatusOfNoMeshIsDown() {
        assertThat(run("status", "--home", "/nowhere")).isEqualTo(1);
        assertThat(text(out)).isEqualTo("mesh down  /nowhere\n");
    }

    @Test
    void aPlanWithoutAMeshSaysHowToStartOne(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("domains"));
        Files.createDirectories(folder.resolve("schemas"));
        assertThat(runIn(folder, "plan", "--home", "/nowhere")).isEqualTo(1);
        assertThat(text(err)).isEqualTo("mesh: [/nowhere] a mesh must run here but none does; ./mesh up starts it\n");
    }

    @Test
    void aPlanFileThatIsNotThereIsNamed() {
        assertThat(run("apply", "/nowhere/plan.json")).isEqualTo(1);
        assertThat(text(err)).isEqualTo("mesh: [/nowhere/plan.json] must be readable but was not\n");
    }

    @Test
    void driftIsNotLookedForWithoutAPause() {
        assertThat(run("drift", "--watch", "--every", "PT0.1S")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: --every must be PT1S or more but was PT0.1S\n");
    }

    @Test
    void aClusterOutsideTheGovernmentsPartitionIsRefused(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("domains"));
        Files.createDirectories(folder.resolve("schemas"));
        assertThat(runIn(folder, "grants", "--msk", "arn:aws:kafka:us-east-1:111122223333:cluster/mesh/0a"))
                .isEqualTo(2);
        assertThat(text(err)).startsWith("mesh: a cluster's ARN must match arn:aws-us-gov:kafka:");
    }

    @Test
    void aProductMustBeNamedAsOne() {
        assertThat(run("schema", "Orders")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: a product must be named <domain>.<product> but was 'Orders'\n");
    }

    @Test
    void aFolderThatIsNoMeshIsNeverDeleted() {
        assertThat(run("reset", "--yes", "--home", "/usr")).isEqualTo(2);
        assertThat(text(err)).contains("[/usr] must be a mesh's folder but is not; nothing was deleted");
    }

    /** With the contracts of a folder. */
    private int runIn(Path folder, String... arguments) {
        String before = System.getProperty("fedmesh.root", "");
        System.setProperty("fedmesh.root", folder.toString());
        try {
            return run(arguments);
        } finally {
            System.setProperty("fedmesh.root", before);
        }
    }

    private int run(String... arguments) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return Cli.run(console, Map.of(), arguments);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
