package io.fedmesh.app.internal.cli;

import io.fedmesh.govern.agreement.Terms;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is asked for. */
final class TermsOptions {
    /** The last day by the first. */
    static final class LastDay implements ITypeConverter<UnaryOperator<LocalDate>> {
        @Override
        public UnaryOperator<LocalDate> convert(String text) {
            try {
                if (text.startsWith("P")) {
                    Period period = Period.parse(text);
                    return first -> first.plus(period);
                }
                LocalDate day = LocalDate.parse(text);
                return first -> day;
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "must be a date such as 2027-01-31 or a period such as P30D but was '" + text + "'");
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
            paramLabel = "DATE",
            converter = LastDay.class,
            description = "Last day, UTC, or a period from the first on such as P30D; within a year.")
    @Nullable
    UnaryOperator<LocalDate> until;

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
        LocalDate start = from == null ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) : from;
        LocalDate end = demanded("--until", until).apply(start);
        return Desk.built(() -> new Terms(why, start, end, which));
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
