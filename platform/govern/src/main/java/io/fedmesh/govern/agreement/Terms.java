package io.fedmesh.govern.agreement;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What somebody asks for. A value.
 *
 * @param purpose why, one line of at most 500 characters
 * @param start first day, UTC
 * @param until when it ends, exclusive; after the beginning of {@code start}. A midnight is the end of the day before it
 * @param fields the product's fields that are asked for, each by name; 1 to 500. One that the product gains later is not
 *     among them
 */
public record Terms(String purpose, LocalDate start, Instant until, Set<String> fields) {
    static final int MAX_FIELDS = 500;

    private static final int FIRST_YEAR = 2000;
    private static final int LAST_YEAR = 9000;
    private static final Instant EARLIEST = midnight(LocalDate.of(FIRST_YEAR, 1, 1));
    private static final Instant LATEST = midnight(LocalDate.of(LAST_YEAR + 1, 1, 1));

    public Terms {
        Texts.remark("purpose", purpose);
        if (start.getYear() < FIRST_YEAR || start.getYear() > LAST_YEAR) {
            throw outside("start", start.toString());
        }
        if (until.isAfter(LATEST) || until.isBefore(EARLIEST)) {
            throw outside("end", until.toString());
        }
        if (!until.isAfter(midnight(start))) {
            throw new IllegalArgumentException("'end' must not be before " + start + " but was '" + end(until) + "'");
        }
        if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
            throw new IllegalArgumentException("'fields' must name 1 to " + MAX_FIELDS + " but were " + fields.size());
        }
        SortedSet<String> sorted = new TreeSet<>();
        fields.forEach(field -> sorted.add(Texts.field(field)));
        fields = Collections.unmodifiableSortedSet(sorted);
    }

    /** To the end of a last day, UTC. */
    public Terms(String purpose, LocalDate start, LocalDate lastDay, Set<String> fields) {
        this(purpose, start, endOf(lastDay), fields);
    }

    /** The end of a day, UTC: when the next one begins. Refuses a day that no end can be on with {@link IllegalArgumentException}. */
    public static Instant endOf(LocalDate day) {
        if (day.getYear() < FIRST_YEAR || day.getYear() > LAST_YEAR) {
            throw outside("end", day.toString());
        }
        return midnight(day.plusDays(1));
    }

    /** When it begins. */
    public Instant from() {
        return midnight(start);
    }

    /** The last day, UTC, of which a part belongs to it. */
    public LocalDate lastDay() {
        return lastDay(until);
    }

    /** Whether all of the last day belongs to it. */
    public boolean isOfWholeDays() {
        return isEndOfDay(until);
    }

    /**
     * The end in the one way that it is written in events and hashes: the last day where all of it belongs to it, as in
     * {@code 2026-11-26}; else the instant, exclusive, as in {@code 2026-11-26T17:00:00Z}.
     */
    public String end() {
        return end(until);
    }

    /** What {@link #end} writes, read; refuses anything else with {@link java.time.DateTimeException}. */
    static Instant until(String end) {
        return end.contains("T") ? Instant.parse(end) : endOf(LocalDate.parse(end));
    }

    private static IllegalArgumentException outside(String key, String value) {
        return new IllegalArgumentException(
                "'" + key + "' must lie in the years " + FIRST_YEAR + " to " + LAST_YEAR + " but was '" + value + "'");
    }

    private static Instant midnight(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static LocalDate lastDay(Instant until) {
        return LocalDate.ofInstant(until.minusNanos(1), ZoneOffset.UTC);
    }

    private static boolean isEndOfDay(Instant until) {
        return until.equals(endOf(lastDay(until)));
    }

    private static String end(Instant until) {
        return isEndOfDay(until) ? lastDay(until).toString() : until.toString();
    }
}
