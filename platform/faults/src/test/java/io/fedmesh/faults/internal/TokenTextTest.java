package io.fedmesh.faults.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

class TokenTextTest {
    /** RFC 4231, test case 2. */
    private static final String TEXT = "what do ya want for nothing?";

    private static final String TOKEN = Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(Arrays.copyOf(
                    HexFormat.of().parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"), 16));

    private final TokenText tokens = new TokenText(Set.of("email"), "Jefe".getBytes(StandardCharsets.UTF_8));

    @Test
    void aTokenIsHalfOfTheStandardsHash() {
        assertThat(tokens.of("email", TEXT)).isEqualTo(TOKEN);
        assertThat(tokens.of("id", TEXT)).isEqualTo(TEXT);
    }

    @Test
    void aRowIsEqualToItsTokensAloneAndNullStaysNull() throws Exception {
        Schema schema = new Schema.Parser().parse("""
                {"type": "record", "name": "Row", "namespace": "test", "fields": [
                  {"name": "id", "type": "string"},
                  {"name": "email", "type": ["null", "string"], "default": null}]}
                """);
        RowText rows = new RowText(schema, List.of(), tokens);
        GenericData.Record event = new GenericData.Record(schema);
        event.put("id", "1");
        event.put("email", TEXT);
        String told = rows.ofAvro(event);

        assertThat(rows.ofSource(
                        new ObjectMapper().readTree("{\"id\": \"1\", \"email\": \"" + TEXT + "\"}"),
                        Map.of("id", "id", "email", "email")))
                .isEqualTo(told);
        assertThat(rows.ofTable(field -> field.equals("id") ? "1" : TOKEN)).isEqualTo(told);
        assertThat(rows.ofTable(field -> field.equals("id") ? "1" : TEXT)).isNotEqualTo(told);
        event.put("email", null);
        assertThat(rows.ofTable(field -> field.equals("id") ? "1" : null)).isEqualTo(rows.ofAvro(event));
    }
}
