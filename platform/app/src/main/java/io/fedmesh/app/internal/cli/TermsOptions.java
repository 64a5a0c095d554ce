package io.fedmesh.app.internal.cli;

import io.fedmesh.govern.agreement.Terms;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is asked for. */
final class TermsOptions {
    /** An end, exclusive. */
    @FunctionalInterface
    interface End {
        /**
         * @param first first day
         * @param now when it is asked for
         */
        Instant after(LocalDate first, Instant now);

        /** Days are whole, and of UTC; hours count from the moment on, or from the first day where that is later. */
        static End parse(String text) {
            boolean isLength = text.startsWith("P");
            if (text.contains("T")) {
                if (isLength) {
                    Duration duration = Duration.parse(text);
                    return (first, now) -> later(now, first).plus(duration).truncatedTo(ChronoUnit.SECONDS);
                }
                Instant instant = Instant.parse(text);
                return (first, now) -> instant;
            }
            if (isLength) {
                Period period = Period.parse(text);
                return (first, now) -> Terms.endOf(first.plus(period));
            }
            LocalDate day = LocalDate.parse(text);
            return (first, now) -> Terms.endOf(day);
        }

        private static Instant later(Instant now, LocalDate first) {
            Instant begin = first.atStartOfDay(ZoneOffset.UTC).toInstant();
            return now.isBefore(begin) ? begin : now;
        }
    }

    /** Reads an {@link End}. */
    static final class EndConverter implements ITypeConverter<End> {
        @Override
        public End convert(String text) {
            try {
                return End.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("must be a date such as 2027-01-31, a time such as"
                        + " 2027-01-31T17:00:00Z or a length such as P30D or PT8H but was '" + text + "'");
            }
        }
    }

    @Option(
            names = "--purpose",
            paramLabel = "TEXT",
            description = "What it is for, in one line; readers name it later.")
    @Nullable
    String purpose;

    @Option(names = "--from", paramLabel = "DATE", description = "First day, UTC; default: today.")
    @Nullable
    LocalDate from;

    @Option(
            names = "--until",
            paramLabel = "END",
            converter = EndConverter.class,
            description =
                    "Last day, UTC; or a time such as 2027-01-31T17:00:00Z, exclusive; or days from the first on such"
                            + " as P30D; or hours from now on, or from the first day on where that is later, such as PT8H."
                            + " Within a year.")
    @Nullable
    End until;

    @Option(
            names = "--fields",
            paramLabel = "FIELD",
            split = ",",
            description = "The fields that are needed, separated by commas; default: all of today.")
    @Nullable
    List<String> fields;

    boolean isEmpty() {
        return purpose == null && from == null && until == null && fields == null;
    }

    /** What is asked for the first time. */
    Terms terms(Set<String> allFields, Clock clock) {
        return terms(demanded("--purpose", purpose), fields == null ? allFields : chosen(fields), clock);
    }

    /** What is asked instead of, or after, something that is kept where nothing else is said. */
    Terms terms(Terms before, Clock clock) {
        return terms(
                purpose == null ? before.purpose() : purpose, fields == null ? before.fields() : chosen(fields), clock);
    }

    private Terms terms(String why, Set<String> which, Clock clock) {
        Instant now = clock.instant();
        LocalDate start = from == null ? LocalDate.ofInstant(now, ZoneOffset.UTC) : from;
        End end = demanded("--until", until);
        return Desk.built(() -> new Terms(why, start, instant(end, start, now), which));
    }

    private static Instant instant(End end, LocalDate start, Instant now) {
        try {
            return end.after(start, now);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("--until must be within a year but was later than any clock", e);
        }
    }

    private static Set<String> chosen(List<String> names) {
        return new TreeSet<>(names);
    }

    private static <T> T demanded(String option, @Nullable T value) {
        if (value == null) {
            throw new CommandException(Cli.USAGE, "mesh: " + option + " must be given but was not");
        }
        return value;
    }
}
