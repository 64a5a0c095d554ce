package io.fedmesh.bench.internal.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReportTest {
    @Test
    void numbersStandRightAndAreRoundedToWhatWasMeasured() {
        Report report = new Report("leg", "records/s", "cpu");
        report.add("floor", 1_234_567.8, 1.234);
        report.add("peer", 5L, null);
        assertThat(printed(report)).isEqualTo("""
                leg    records/s   cpu
                floor  1,234,568  1.23
                peer           5     -
                """);
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatThrownBy(() -> new Report("leg").add("a", 1)).hasMessage("a row must have 1 cells but had 2");
    }

    @Test
    void theJsonIsOneLine() {
        assertThat(Report.json(Map.of("ratios", Map.of("appendToPeerCpu", 0.5))))
                .isEqualTo("{\"ratios\":{\"appendToPeerCpu\":0.5}}");
    }

    @Test
    void aFormatIsOneOfTwo() {
        OutputOption option = new OutputOption();
        CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create()
                .addMixin("output", CommandLine.Model.CommandSpec.forAnnotatedObject(option)));
        line.parseArgs("-o", "json");
        assertThat(option.format).isEqualTo(Report.Format.JSON);
        assertThatThrownBy(() -> line.parseArgs("-o", "xml"))
                .hasMessageContaining("must be one of table, json but was 'xml'");
    }

    private static String printed(Report report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintWriter(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
