package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResultFormatTest {
    private final QueryResult result = new QueryResult(
            List.of(
                    new QueryResult.Column("name", "VARCHAR"),
                    new QueryResult.Column("amount", "DECIMAL(15,2)"),
                    new QueryResult.Column("more", "VARCHAR")),
            List.of(
                    row("a \"b\", c\nd", new BigDecimal("1E+2").setScale(2), List.of("x", "y")),
                    row("", null, Instant.parse("2026-01-02T03:04:05.000006Z")),
                    row("\u001b[31mred", new BigDecimal("-0.10"), new byte[] {1, 2}),
                    row("é", new BigDecimal("12345678901234567890.12"), Map.of("k", LocalDate.of(2026, 1, 2)))),
            false);

    @Test
    void csvQuotesWhatRfc4180SaysAndTellsNullFromAnEmptyText() throws IOException {
        assertThat(text(ResultFormat.CSV, result)).isEqualTo("""
                name,amount,more\r
                "a ""b"", c
                d",100.00,"[""x"",""y""]"\r
                "",,2026-01-02T03:04:05.000006Z\r
                \u001b[31mred,-0.10,AQI=\r
                é,12345678901234567890.12,"{""k"":""2026-01-02""}"\r
                """);
    }

    @Test
    void jsonIsOneLineWithExactNumbers() throws IOException {
        assertThat(text(ResultFormat.JSON, result))
                .isEqualTo("{\"columns\":[\"name\",\"amount\",\"more\"],\"rows\":["
                        + "[\"a \\\"b\\\", c\\nd\",100.00,[\"x\",\"y\"]],"
                        + "[\"\",null,\"2026-01-02T03:04:05.000006Z\"],"
                        + "[\"\\u001B[31mred\",-0.10,\"AQI=\"],"
                        + "[\"é\",12345678901234567890.12,{\"k\":\"2026-01-02\"}]],\"truncated\":false}\n");
    }

    @Test
    void tableAlignsNumbersAtTheRightAndShowsNoControlCharacter() throws IOException {
        assertThat(text(ResultFormat.TABLE, result)).isEqualTo("""
                name                         amount  more
                ----------  -----------------------  ---------------------------
                a "b", c�d                   100.00  ["x","y"]
                                               null  2026-01-02T03:04:05.000006Z
                �[31mred                      -0.10  AQI=
                é           12345678901234567890.12  {"k":"2026-01-02"}
                """);
    }

    @Test
    void tableCutsWideTextsAndSaysWhenRowsAreMissing() throws IOException {
        QueryResult wide =
                new QueryResult(List.of(new QueryResult.Column("text", "VARCHAR")), List.of(row("x".repeat(61))), true);

        assertThat(text(ResultFormat.TABLE, wide))
                .isEqualTo("text\n" + "-".repeat(60) + "\n" + "x".repeat(59) + "…\n(more rows than 1: cut off)\n");
    }

    private static String text(ResultFormat format, QueryResult result) throws IOException {
        StringBuilder text = new StringBuilder();
        format.write(result, text);
        return text.toString();
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }
}
