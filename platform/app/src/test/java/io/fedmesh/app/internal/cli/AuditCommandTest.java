package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.app.internal.process.AuditCopy;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditFinding;
import io.fedmesh.govern.audit.AuditReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
    private static final Instant AT = Instant.parse("2026-11-26T08:00:00Z");
    private static final AuditFinding EDITED =
            new AuditFinding(AuditFinding.Kind.EDITED, 1, 3, 3, "it is not what its hash was made of");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console = new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);

    private static AuditReport report(int partition, @Nullable Instant coveredAt, AuditFinding... findings) {
        return new AuditReport(
                partition,
                4,
                3,
                1,
                coveredAt,
                coveredAt == null ? null : new AuditReport.KnownHead(2, "hash" + partition),
                List.of(findings),
                false);
    }

    private static AuditEntry entry(int partition, long sequence, Instant at, String who, String resource) {
        return new AuditEntry(
                partition,
                sequence,
                sequence,
                "hash",
                "previous",
                at,
                new AuditEvent(
                        "id",
                        at,
                        new Principal(who),
                        "product.read",
                        resource,
                        "to\u001b[2J count",
                        AuditEvent.Outcome.DENIED,
                        List.of("no agreement"),
                        null,
                        List.of("a-1"),
                        "request"));
    }

    @Test
    void aWholeRecordSaysSoAndWhenItsLastCheckpointWasMade() {
        AuditCommand.Verify.print(
                List.of(report(0, AT), report(1, AT.plusSeconds(60)), report(2, null)),
                null,
                ResultFormat.TABLE,
                console);

        assertThat(text(out)).endsWith("whole: 12 records, the last checkpoint was made at 2026-11-26T08:01:00Z\n");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void aFindingSaysWhereAndWhat() {
        AuditCommand.Verify.print(List.of(report(0, AT), report(1, AT, EDITED)), null, ResultFormat.TABLE, console);

        assertThat(text(out)).endsWith("not as it was written: 1 finding\n");
        assertThat(text(err))
                .isEqualTo("[audit partition 1, sequence 3] EDITED: it is not what its hash was made of\n");
    }

    @Test
    void theSameAsJson() {
        AuditCommand.Verify.print(List.of(report(1, AT, EDITED)), null, ResultFormat.JSON, console);

        assertThat(text(out))
                .isEqualTo(
                        "{\"whole\":false,\"partitions\":[{\"partition\":1,\"records\":4,\"covered\":3,\"uncovered\":1,"
                                + "\"last checkpoint\":\"2026-11-26T08:00:00Z\",\"findings\":1}],\"findings\":[{\"kind\":"
                                + "\"edited\",\"partition\":1,\"from\":3,\"to\":3,\"detail\":\"it is not what its hash was made"
                                + " of\"}],\"more\":false}\n");
    }

    @Test
    void aCopyThatIsAnotherSaysWhereAndOneThatIsTheSameHowFarItIsBehind() {
        AuditCommand.Verify.print(
                List.of(report(0, AT)), new AuditCopy.Comparison(7, 2, List.of()), ResultFormat.TABLE, console);
        assertThat(text(out)).endsWith("\nthe copy is the same: 7 rows, 2 behind\n");

        AuditCommand.Verify.print(
                List.of(report(0, AT)), new AuditCopy.Comparison(7, 0, List.of("here")), ResultFormat.TABLE, console);
        assertThat(text(out)).endsWith("\nthe copy is another: 1 difference\n");
        assertThat(text(err)).isEqualTo("here\n");

        AuditCommand.Verify.print(
                List.of(report(0, AT)), new AuditCopy.Comparison(7, 0, List.of("here")), ResultFormat.JSON, console);
        assertThat(text(out)).contains("\"copy\":{").contains("\"differences\":[\"here\"]");
    }

    @Test
    void headsAreReadAsTheyWereWrittenAndNothingElseIsTakenForNone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("heads.json");
        assertThat(AuditHeads.read(file)).isEmpty();

        AuditHeads.write(List.of(report(0, AT), report(1, null)), file);

        assertThat(AuditHeads.read(file)).isEqualTo(Map.of(0, new AuditReport.KnownHead(2, "hash0")));
        for (String other : List.of("", "{}", "{\"format\":\"other\",\"heads\":{}}", Files.readString(file) + "{}")) {
            Files.writeString(file, other);
            assertThatThrownBy(() -> AuditHeads.read(file)).as(other).isInstanceOf(CommandException.class);
        }
    }

    @Test
    void decisionsAreListedByProductPersonAndTime() {
        ProductName crate = new ProductName("yard", "crate");
        AuditEntry entry = entry(0, 1, AT, "ann", "yard.crate");

        assertThat(AuditCommand.Ls.isMeant(entry, crate, "ann", AT.minusMillis(1)))
                .isTrue();
        assertThat(AuditCommand.Ls.isMeant(entry, null, null, Instant.MIN)).isTrue();
        assertThat(AuditCommand.Ls.isMeant(entry, new ProductName("yard", "crates"), null, Instant.MIN))
                .isFalse();
        assertThat(AuditCommand.Ls.isMeant(entry, null, "an", Instant.MIN)).isFalse();
        assertThat(AuditCommand.Ls.isMeant(entry, null, null, AT)).isFalse();
        assertThat(AuditCommand.Ls.since("PT1H", AT)).isEqualTo("2026-11-26T07:00:00Z");
        assertThat(AuditCommand.Ls.since("2026-11-01T00:00:00Z", AT)).isEqualTo("2026-11-01T00:00:00Z");
        for (String wrong : List.of("yesterday", "P1Y", "1h", "")) {
            assertThatThrownBy(() -> AuditCommand.Ls.since(wrong, AT))
                    .as(wrong)
                    .isInstanceOf(CommandException.class)
                    .hasMessageStartingWith("mesh: --since must be");
        }
    }

    @Test
    void theNewestOfAllPartitionsAreKeptInTheOrderOfTheBrokersClock() {
        AuditCommand.Newest newest = new AuditCommand.Newest(2, entry -> true);
        newest.offer(entry(0, 0, AT, "ann", "r"));
        newest.offer(entry(0, 1, AT.plusSeconds(2), "bea", "r"));
        newest.offer(entry(1, 0, AT.plusSeconds(1), "cem", "r"));

        assertThat(newest.inOrder())
                .extracting(e -> e.partition() + ":" + e.sequence())
                .containsExactly("1:0", "0:1");
        assertThat(newest.isCut()).isTrue();
    }

    @Test
    void whatAStrangerWroteDoesNotSteerATerminalAndWhatIsNoEventIsShown() {
        AuditCommand.Ls.print(
                List.of(entry(0, 1, AT, "ann", "yard.crate"), new AuditEntry(2, 7, -1, null, null, AT, null)),
                ResultFormat.TABLE,
                console);

        assertThat(text(out)).contains("yard.crate", "denied", "a-1", "0:1", "(no event)", "2:-1");
        assertThat(text(out)).doesNotContain("\u001b");
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
