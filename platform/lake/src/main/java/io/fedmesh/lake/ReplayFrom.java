package io.fedmesh.lake;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a replay begins to read a topic. */
public sealed interface ReplayFrom {
    /** The first record that the topic still has. */
    record Earliest() implements ReplayFrom {}

    /** The first record of each partition whose timestamp is not before this. */
    record Time(Instant time) implements ReplayFrom {}

    /** These partitions alone, each from its offset. */
    record Offsets(Map<Integer, Long> offsets) implements ReplayFrom {
        public Offsets {
            offsets = Map.copyOf(offsets);
        }
    }

    /**
     * Reads {@code earliest}, an ISO-8601 time such as {@code 2026-01-31T12:00:00Z}, or {@code partition:offset,…}.
     *
     * @throws IllegalArgumentException for anything else
     */
    static ReplayFrom parse(String text) {
        if (text.equals("earliest")) {
            return new Earliest();
        }
        Map<Integer, Long> offsets = new TreeMap<>();
        Pattern pair = Pattern.compile("(\\d{1,6}):(\\d{1,18})");
        for (String part : text.split(",", -1)) {
            Matcher matcher = pair.matcher(part);
            if (!matcher.matches()
                    || offsets.put(Integer.valueOf(matcher.group(1)), Long.valueOf(matcher.group(2))) != null) {
                return new Time(time(text));
            }
        }
        return new Offsets(offsets);
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "[replay] 'from' must be earliest, a time such as 2026-01-31T12:00:00Z, or"
                            + " partition:offset,… with each partition once, but was '" + text + "'");
        }
    }
}
