package io.fedmesh.cdc.internal;

import io.debezium.data.SpecialValueDecimal;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Properties;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Numbers and times as capture wants them from Debezium: numeric as {@link BigDecimal} of any scale, timestamps as
 * microseconds and dates as days since the epoch. Debezium's own converters stop at a NaN and make a text of every
 * timestamp with zone. A value that has no such form becomes a mark that the row's plan refuses. Made by Debezium by its
 * class name.
 */
public final class ColumnConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {
    /** NaN or an infinity; compared by identity. */
    static final BigDecimal NOT_A_NUMBER = new BigDecimal(BigInteger.ZERO);
    /** A timestamp that is infinite or beyond 64-bit microseconds. */
    static final long NO_TIME = Long.MIN_VALUE;
    /** A date that is infinite or beyond the years that PostgreSQL knows. */
    static final int NO_DATE = Integer.MIN_VALUE;

    private static final long MIN_SECOND = -210_866_803_200L; // 4714 BC
    private static final long MAX_SECOND = 9_223_371_331_199L; // 294276 AD

    @Override
    public void configure(Properties properties) {}

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        switch (column.typeName()) {
            case "numeric" ->
                registration.register(Decimal.builder(0), raw -> isDefault(column, raw) ? NOT_A_NUMBER : decimal(raw));
            case "timestamptz", "timestamp" ->
                registration.register(
                        SchemaBuilder.int64(), raw -> isDefault(column, raw) ? (Object) NO_TIME : micros(raw));
            case "date" ->
                registration.register(
                        SchemaBuilder.int32(), raw -> isDefault(column, raw) ? (Object) NO_DATE : days(raw));
            default -> {}
        }
    }

    /** Debezium also converts the column's default, as an object of its own; capture never reads defaults. */
    private static boolean isDefault(RelationalColumn column, @Nullable Object raw) {
        return raw != null && raw == column.defaultValue();
    }

    static @Nullable Object decimal(@Nullable Object raw) {
        if (raw == null || raw instanceof BigDecimal) {
            return raw;
        }
        if (raw instanceof SpecialValueDecimal special) {
            return special.getDecimalValue().orElse(NOT_A_NUMBER);
        }
        if (raw instanceof Number number) {
            return new BigDecimal(number.toString());
        }
        throw unexpected(raw);
    }

    static @Nullable Object micros(@Nullable Object raw) {
        if (raw == null || raw instanceof Long) {
            return raw;
        }
        if (raw instanceof OffsetDateTime time) {
            return micros(time.toEpochSecond(), time.getNano());
        }
        if (raw instanceof Instant time) {
            return micros(time.getEpochSecond(), time.getNano());
        }
        if (raw instanceof java.sql.Timestamp time) {
            return micros(Math.floorDiv(time.getTime(), 1_000L), time.getNanos());
        }
        if (raw instanceof String text) {
            return microsOfText(text);
        }
        throw unexpected(raw);
    }

    static @Nullable Object days(@Nullable Object raw) {
        if (raw == null || raw instanceof Integer) {
            return raw;
        }
        LocalDate date;
        if (raw instanceof LocalDate local) {
            date = local;
        } else if (raw instanceof java.sql.Date sql) {
            if (Math.abs(sql.getTime() / 1_000L) > MAX_SECOND) {
                return NO_DATE;
            }
            date = sql.toLocalDate();
        } else {
            throw unexpected(raw);
        }
        long second = date.toEpochDay() * 86_400L;
        return second < MIN_SECOND || second > MAX_SECOND ? NO_DATE : (int) date.toEpochDay();
    }

    private static long micros(long second, int nano) {
        return second < MIN_SECOND || second > MAX_SECOND ? NO_TIME : second * 1_000_000L + nano / 1_000;
    }

    /** {@code 2026-11-01 12:34:56.789+00} and the like, as PostgreSQL writes it in ISO style; without zone as UTC. */
    private static long microsOfText(String text) {
        if (text.endsWith("infinity")) {
            return NO_TIME;
        }
        boolean isBeforeChrist = text.endsWith(" BC");
        String body = isBeforeChrist ? text.substring(0, text.length() - 3) : text;
        int space = body.indexOf(' ');
        int zone = Math.max(body.indexOf('+', space), body.indexOf('-', space));
        String local = zone < 0 ? body : body.substring(0, zone);
        try {
            int dash = local.indexOf('-');
            String year = local.substring(0, dash);
            LocalDateTime time = LocalDateTime.parse(
                            "2000" + local.substring(dash, space) + "T" + local.substring(space + 1))
                    .withYear(isBeforeChrist ? 1 - Integer.parseInt(year) : Integer.parseInt(year));
            java.time.ZoneOffset offset =
                    zone < 0 ? java.time.ZoneOffset.UTC : java.time.ZoneOffset.of(body.substring(zone));
            return micros(time.toEpochSecond(offset), time.getNano());
        } catch (DateTimeException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("a time must be in PostgreSQL's ISO style");
        }
    }

    /** Also reached by the mark of an unchanged TOAST column: it must never become a value. */
    private static IllegalArgumentException unexpected(Object raw) {
        return new IllegalArgumentException("a column's value must be a number or a time but was a "
                + raw.getClass().getName());
    }
}
