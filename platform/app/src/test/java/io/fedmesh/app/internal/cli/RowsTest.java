package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RowsTest {
    private final Rows rows = new Rows("name", "amount", "note")
            .add("äpfel", new BigDecimal("1E+3"), "a,\"b\"")
            .add("x", 2.5, null);

    @Test
    void aTableAlignsNumbersAtTheRight() {
        assertThat(rows.table())
                .containsExactly(
                        "name   amount  note", //
                        "--------------------",
                        "äpfel    1000  a,\"b\"",
                        "x         2.5");
    }

    @Test
    void csvQuotesWhatItMust() {
        assertThat(print(OutputFormat.CSV)).isEqualTo("name,amount,note\r\näpfel,1000,\"a,\"\"b\"\"\"\r\nx,2.5,\r\n");
    }

    @Test
    void jsonKeepsNumbersAndNull() {
        assertThat(print(OutputFormat.JSON))
                .isEqualTo("[{\"name\":\"äpfel\",\"amount\":1000,\"note\":\"a,\\\"b\\\"\"},"
                        + "{\"name\":\"x\",\"amount\":2.5,\"note\":null}]\n");
    }

    @Test
    void aTableShowsNoControlCharacterAndNoEndlessText() {
        Rows long1 = new Rows("text").add("\u001b[31m" + "x".repeat(100));

        assertThat(long1.table().get(2)).isEqualTo(" [31m" + "x".repeat(54) + "…");
    }

    private String print(OutputFormat format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.print(format, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
