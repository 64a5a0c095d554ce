package io.fedmesh.bench.internal.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SinkCommandTest {
    @TempDir
    Path folder;

    @Test
    void itMeasuresAllLegsOnOneAndOnFourPartitionsThreeTimes() {
        SinkCommand command = parsed();
        assertThat(command.records).isEqualTo(5_000_000);
        assertThat(command.partitions).containsExactly(1, 4);
        assertThat(command.rounds).isEqualTo(3);
        assertThat(command.legs).containsExactly(Leg.values());
    }

    @Test
    void legsAreChosenByName() {
        assertThat(parsed("--legs", "peer,both-encrypted").legs).containsExactly(Leg.PEER, Leg.BOTH_ENCRYPTED);
        assertThatThrownBy(() -> parsed("--legs", "peer,flink"))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining("must be one of [floor-direct, floor-history, floor-generic, peer, history,"
                        + " checked, history-encrypted, both, both-encrypted] but was 'flink'");
    }

    @Test
    void nothingToMeasureIsAWrongUsage() {
        for (String[] wrong : new String[][] {{"--records", "0"}, {"--rounds", "0"}, {"--partitions", "0"}}) {
            CommandLine line = new CommandLine(new SinkCommand());
            line.setErr(new java.io.PrintWriter(java.io.Writer.nullWriter()));
            assertThat(line.execute(wrong)).isEqualTo(2);
        }
    }

    @Test
    void aLegsSettingsAreForItsOwnerAlone() throws IOException {
        LegSettings.Part part = new LegSettings.Part("main", 1, 10, 9);
        LegSettings settings = new LegSettings(
                "b:1",
                Map.of("sasl", "secret"),
                "jdbc:x",
                "u",
                "secret",
                "s3://b/w",
                Map.of(),
                "h",
                "f",
                part,
                part,
                1,
                2,
                3);
        Path file = folder.resolve("settings.json");
        settings.write(file);
        assertThat(LegSettings.read(file)).isEqualTo(settings);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(settings.toString()).doesNotContain("secret");
    }

    private static SinkCommand parsed(String... arguments) {
        SinkCommand command = new SinkCommand();
        new CommandLine(command).parseArgs(arguments);
        return command;
    }
}
