package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class ColumnConverterTest {

    @ParameterizedTest
    @CsvSource({
        "2026-03-04 05:06:07.123456+02, 2026-03-04T03:06:07.123456Z",
        "2026-03-04 05:06:07+00, 2026-03-04T05:06:07Z",
        "2026-03-04 05:06:07.5, 2026-03-04T05:06:07.500Z",
        "2026-03-04 05:06:07-03:30, 2026-03-04T08:36:07Z",
        "2024-02-29 00:00:00.000001+00, 2024-02-29T00:00:00.000001Z",
        "10000-01-01 00:00:00+00, +10000-01-01T00:00:00Z",
        "0044-03-15 12:00:00+00 BC, -0043-03-15T12:00:00Z",
    })
    void aTimeAsTextBecomesMicroseconds(String text, Instant time) {
        assertThat(ColumnConverter.micros(text)).isEqualTo(time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
    }

    @Test
    void anInfiniteTimeIsMarked() {
        assertThat(ColumnConverter.micros("infinity")).isEqualTo(ColumnConverter.NO_TIME);
        assertThat(ColumnConverter.micros("-infinity")).isEqualTo(ColumnConverter.NO_TIME);
        assertThat(ColumnConverter.micros(OffsetDateTime.MAX)).isEqualTo(ColumnConverter.NO_TIME);
        assertThat(ColumnConverter.days(LocalDate.parse("+5877611-06-21"))).isEqualTo(ColumnConverter.NO_DATE);
    }

    @Test
    void anythingElseIsAnError() {
        assertThatThrownBy(() -> ColumnConverter.decimal(new Object())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ColumnConverter.micros(new Object())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ColumnConverter.days(new Object())).isInstanceOf(IllegalArgumentException.class);
    }
}
