package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.agreement.Terms;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TermsOptionsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-26T08:00:00.700Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "2027-01-31, , 2027-02-01T00:00:00Z",
        "2026-11-26, , 2026-11-27T00:00:00Z",
        "P30D, , 2026-12-27T00:00:00Z",
        "P30D, 2026-12-01, 2027-01-01T00:00:00Z",
        "P30D, 2026-11-20, 2026-12-21T00:00:00Z",
        "P1M, , 2026-12-27T00:00:00Z",
        "2026-11-26T17:00:00Z, , 2026-11-26T17:00:00Z",
        "2026-12-02T17:00:00Z, 2026-12-01, 2026-12-02T17:00:00Z",
        "PT45S, , 2026-11-26T08:00:45Z",
        "PT8H, , 2026-11-26T16:00:00Z",
        "P1DT8H, , 2026-11-27T16:00:00Z",
        "PT8H, 2026-12-01, 2026-12-01T08:00:00Z",
        "PT8H, 2026-11-26, 2026-11-26T16:00:00Z",
        "PT8H, 2026-11-20, 2026-11-26T16:00:00Z"
    })
    void anEndIsADayAnInstantOrALength(String until, @Nullable LocalDate from, Instant end) {
        Terms terms = terms(until, from);

        assertThat(terms.until()).isEqualTo(end);
        assertThat(terms.start()).isEqualTo(from == null ? LocalDate.parse("2026-11-26") : from);
    }

    private static Terms terms(String until, @Nullable LocalDate from) {
        TermsOptions options = new TermsOptions();
        options.purpose = "to plan berths";
        options.from = from;
        options.until = new TermsOptions.EndConverter().convert(until);
        return options.terms(Set.of("id"), CLOCK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tomorrow",
                "P",
                "PT",
                "8H",
                "2026-11-26T17:00",
                "2026-11-26 17:00:00Z",
                "P1M2T",
                "2026-02-30",
                ""
            })
    void whatIsNoEndIsRefused(String text) {
        assertThatThrownBy(() -> new TermsOptions.EndConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("must be a date such as 2027-01-31, a time such as 2027-01-31T17:00:00Z or a length such as"
                        + " P30D or PT8H but was '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"P999999999Y", "PT9223372036854775807S", "+999999999-12-31", "P-400D", "PT-9H", "2026-11-25"})
    void anEndThatLiesBeforeItsBeginningOrBeyondAllTimeIsWrongUsage(String text) {
        assertThatThrownBy(() -> terms(text, null))
                .as(text)
                .isInstanceOf(CommandException.class)
                .hasMessageMatching("mesh: ('end'|--until) must .* but was .*");
    }
}
