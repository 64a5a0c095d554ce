package io.fedmesh.govern.agreement;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map from outside, of which every key must be asked for: each question says what must hold, and {@link #end} refuses what
 * nobody asked for. Everything is refused with {@link IllegalArgumentException}.
 */
final class Strict {
    private final String where;
    private final Map<?, ?> map;
    private final Set<String> asked = new HashSet<>();

    /**
     * @param where how messages name the map: empty for the whole, or a path that ends in a dot
     */
    Strict(String where, @Nullable Object map) {
        this.where = where;
        if (!(map instanceof Map<?, ?> given)) {
            throw new IllegalArgumentException("'" + (where.isEmpty() ? "." : where.substring(0, where.length() - 1))
                    + "' must be a map but was " + kind(map));
        }
        this.map = given;
    }

    /** Refuses keys that nobody asked for. */
    void end() {
        for (Object key : map.keySet()) {
            if (!asked.contains(String.valueOf(key))) {
                throw new IllegalArgumentException("'" + where + Texts.shown(String.valueOf(key))
                        + "' must not be given, there is no such key, but was");
            }
        }
    }

    String text(String key) {
        String text = textOrNull(key);
        if (text == null) {
            throw new IllegalArgumentException("'" + where + key + "' must be given but was absent");
        }
        return text;
    }

    /** Null where the key is absent or null. */
    @Nullable
    String textOrNull(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException("'" + where + key + "' must be a text but was " + kind(value));
        }
        return (String) value;
    }

    long number(String key) {
        Object value = value(key);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new IllegalArgumentException("'" + where + key + "' must be a whole number but was " + kind(value));
    }

    @Nullable
    Boolean flagOrNull(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof Boolean)) {
            throw new IllegalArgumentException("'" + where + key + "' must be true or false but was " + kind(value));
        }
        return (Boolean) value;
    }

    /** As ISO 8601 writes it. */
    LocalDate date(String key) {
        return parsed(key, "a date such as 2026-11-26", LocalDate::parse);
    }

    /** As ISO 8601 writes it, in UTC. */
    Instant instant(String key) {
        return parsed(key, "a time such as 2026-11-26T08:00:00Z", Instant::parse);
    }

    /** An end as {@link Terms#end} writes it: a whole day, or a time in UTC. */
    Instant until(String key) {
        return parsed(key, "a date such as 2026-11-26 or a time such as 2026-11-26T08:00:00Z", Terms::until);
    }

    private <T> T parsed(String key, String what, Function<String, T> parse) {
        String text = text(key);
        try {
            return parse.apply(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + where + key + "' must be " + what + " but was '" + Texts.shown(text) + "'", e);
        }
    }

    /** The constant whose text it is. */
    <E extends Enum<E>> E constant(String key, E[] values) {
        return constant(where + key, text(key), values);
    }

    static <E extends Enum<E>> E constant(String what, String text, E[] values) {
        for (E value : values) {
            if (value.name().toLowerCase(java.util.Locale.ROOT).equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("'" + what + "' must be one of "
                + java.util.Arrays.toString(values).toLowerCase(java.util.Locale.ROOT) + " but was '"
                + Texts.shown(text) + "'");
    }

    Strict map(String key) {
        return new Strict(where + key + ".", value(key));
    }

    /** Null where the key is absent or null. */
    @Nullable
    Strict mapOrNull(String key) {
        return value(key) == null ? null : map(key);
    }

    /** The map's keys with their texts. */
    Map<String, String> texts(String key) {
        Strict of = map(key);
        Map<String, String> texts = new TreeMap<>();
        of.map.keySet().forEach(name -> texts.put(String.valueOf(name), of.text(String.valueOf(name))));
        return texts;
    }

    /** Empty where the key is absent. */
    List<Strict> maps(String key) {
        List<Strict> maps = new ArrayList<>();
        List<?> items = list(key);
        for (int i = 0; i < items.size(); i++) {
            maps.add(new Strict(where + key + "[" + i + "].", items.get(i)));
        }
        return maps;
    }

    /** Empty where the key is absent; refuses what is there twice. */
    Set<String> set(String key) {
        Set<String> set = new LinkedHashSet<>();
        for (Object item : list(key)) {
            if (!(item instanceof String text)) {
                throw new IllegalArgumentException("'" + where + key + "' must list texts but held " + kind(item));
            }
            if (!set.add(text)) {
                throw new IllegalArgumentException(
                        "'" + where + key + "' must list each once but held '" + Texts.shown(text) + "' again");
            }
        }
        return set;
    }

    private List<?> list(String key) {
        Object value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("'" + where + key + "' must be a list but was " + kind(value));
    }

    private @Nullable Object value(String key) {
        asked.add(key);
        return map.get(key);
    }

    private static String kind(@Nullable Object value) {
        if (value == null) {
            return "absent";
        }
        if (value instanceof Map<?, ?>) {
            return "a map";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        return "'" + Texts.shown(String.valueOf(value)) + "'";
    }
}
