package io.fedmesh.govern.agreement;

import java.time.LocalDate;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What somebody asks for. A value.
 *
 * @param purpose why, one line of at most 500 characters
 * @param start first day, UTC
 * @param end last day, UTC; not before {@code start}
 * @param fields the product's fields that are asked for, each by name; 1 to 500. One that the product gains later is not
 *     among them
 */
public record Terms(String purpose, LocalDate start, LocalDate end, Set<String> fields) {
    static final int MAX_FIELDS = 500;

    public Terms {
        Texts.remark("purpose", purpose);
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("'end' must not be before " + start + " but was '" + end + "'");
        }
        if (start.getYear() < 2000 || end.getYear() > 9000) {
            throw new IllegalArgumentException(
                    "'start' and 'end' must lie in the years 2000 to 9000 but were '" + start + "' and '" + end + "'");
        }
        if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
            throw new IllegalArgumentException("'fields' must name 1 to " + MAX_FIELDS + " but were " + fields.size());
        }
        SortedSet<String> sorted = new TreeSet<>();
        fields.forEach(field -> sorted.add(Texts.field(field)));
        fields = Collections.unmodifiableSortedSet(sorted);
    }
}
