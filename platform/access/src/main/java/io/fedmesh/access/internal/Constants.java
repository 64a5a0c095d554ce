package io.fedmesh.access.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Constants of a query as Iceberg takes them for a column, where both mean the same value; empty where the engine might turn
 * either side into another type, or reads a text in a way of its own. Stateless.
 */
final class Constants {
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    /** A moment of UTC, which is the session's time zone, to the microsecond. */
    private static final Pattern MOMENT = Pattern.compile(
            "([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?)(Z|\\+00(:00)?)?");

    private static final Pattern EXACT = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");
    private static final Set<String> DATES = Set.of("date");
    private static final Set<String> TIMES = Set.of("date", "timestamp", "timestamptz");
    /** Up to here, digits and powers of ten are exact doubles, and so their quotient is the nearest one. */
    private static final int EXACT_DIGITS = 15;

    private Constants() {}

    /** The constant for a column of the type. */
    static Optional<Object> of(Type type, JsonNode node) {
        JsonNode constant = node;
        if (node.path("class").asText().equals("CAST")) {
            if (!isCast(type, node)) {
                return Optional.empty();
            }
            constant = node.path("child");
        }
        JsonNode literal = constant.path("literal");
        if (!constant.path("class").asText().equals("CONSTANT") || !literal.isObject()) {
            return Optional.empty();
        }
        String text = literal.path("text").asText();
        try {
            return switch (literal.path("kind").asText()) {
                case "INTEGER" -> whole(type, text);
                case "NUMERIC" -> broken(type, text);
                case "STRING" -> text(type, text);
                default -> Optional.empty();
            };
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** {@code date '…'} and {@code timestamp '…'}: a text said to be of the column's kind. */
    private static boolean isCast(Type type, JsonNode node) {
        String name = node.path("type_expr").path("type_name").asText().toLowerCase(Locale.ROOT);
        boolean isText =
                node.path("child").path("literal").path("kind").asText().equals("STRING");
        Set<String> names = switch (type.typeId()) {
            case DATE -> DATES;
            case TIMESTAMP -> TIMES;
            default -> Set.of();
        };
        return isText && !node.path("try_cast").asBoolean(true) && names.contains(name);
    }

    private static Optional<Object> whole(Type type, String text) {
        return switch (type.typeId()) {
            case INTEGER -> Optional.of(Integer.valueOf(text));
            case LONG -> Optional.of(Long.valueOf(text));
            default -> broken(type, text);
        };
    }

    private static Optional<Object> broken(Type type, String text) {
        if (!EXACT.matcher(text).matches()) {
            return Optional.empty();
        }
        BigDecimal exact = new BigDecimal(text);
        if (type.typeId() == Type.TypeID.DOUBLE) {
            boolean isSafe = text.replaceAll("[-.]", "").length() <= EXACT_DIGITS;
            return isSafe ? Optional.of(exact.doubleValue()) : Optional.empty();
        }
        if (type instanceof Types.DecimalType decimal) {
            BigDecimal scaled = exact.setScale(decimal.scale());
            return scaled.precision() <= decimal.precision() ? Optional.of(scaled) : Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<Object> text(Type type, String text) {
        boolean isDay = DAY.matcher(text).matches();
        return switch (type.typeId()) {
            case STRING -> Optional.of(text);
            case DATE ->
                isDay ? Optional.of(Math.toIntExact(LocalDate.parse(text).toEpochDay())) : Optional.empty();
            case TIMESTAMP -> isDay ? micros(LocalDate.parse(text).atStartOfDay()) : moment(text);
            default -> Optional.empty();
        };
    }

    private static Optional<Object> moment(String text) {
        var match = MOMENT.matcher(text);
        return match.matches() ? micros(LocalDateTime.parse(match.group(1) + "T" + match.group(2))) : Optional.empty();
    }

    private static Optional<Object> micros(LocalDateTime time) {
        return Optional.of(ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), time));
    }
}
