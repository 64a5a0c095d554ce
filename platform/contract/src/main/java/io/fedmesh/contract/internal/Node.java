package io.fedmesh.contract.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A piece of a YAML or JSON file that knows its line. */
sealed interface Node {
    /** 1-based line of its first character. */
    int line();

    /** What it is, for the second half of a message: {@code 'its text'}, {@code a map} or {@code a list}. */
    String shown();

    /** Maps, lists, strings, numbers, booleans and nulls, for a printer. */
    @Nullable
    Object plain();

    /** What a scalar without quotes stands for: YAML's core schema, which is JSON's. */
    enum Kind {
        TEXT,
        INTEGER,
        NUMBER,
        BOOLEAN,
        NULL
    }

    /** One value. */
    record Scalar(String text, Kind kind, int line) implements Node {
        private static final int LONGEST_SHOWN = 100;

        boolean isNumber() {
            return kind == Kind.INTEGER || kind == Kind.NUMBER;
        }

        /** The number; only where {@link #isNumber()}. */
        BigDecimal number() {
            if (text.startsWith("0x")) {
                return new BigDecimal(new java.math.BigInteger(text.substring(2), 16));
            }
            if (text.startsWith("0o")) {
                return new BigDecimal(new java.math.BigInteger(text.substring(2), 8));
            }
            return new BigDecimal(text);
        }

        @Override
        public String shown() {
            return kind == Kind.NULL ? "null" : "'" + printable(text) + "'";
        }

        @Override
        public @Nullable Object plain() {
            return switch (kind) {
                case TEXT -> text;
                case INTEGER -> number().toBigIntegerExact();
                case NUMBER -> number();
                case BOOLEAN -> Boolean.valueOf(text);
                case NULL -> null;
            };
        }

        /** One line of at most 100 characters: a message is never longer or wilder than its reader expects. */
        static String printable(String text) {
            return printable(text, LONGEST_SHOWN);
        }

        /** The same for a whole sentence, such as the message of a library, that may hold a value. */
        static String sentence(String text) {
            return printable(text, 3 * LONGEST_SHOWN);
        }

        private static String printable(String text, int most) {
            StringBuilder shown = new StringBuilder();
            text.codePoints().limit(most).forEach(c -> {
                int type = Character.getType(c);
                if (c == '\n' || type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE) {
                    shown.append(String.format("\\u%04x", c));
                } else {
                    shown.appendCodePoint(c);
                }
            });
            return text.codePointCount(0, text.length()) > most ? shown + "..." : shown.toString();
        }
    }

    /** An ordered list. */
    record Sequence(List<Node> items, int line) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String shown() {
            return "a list";
        }

        @Override
        public List<@Nullable Object> plain() {
            List<@Nullable Object> list = new ArrayList<>();
            items.forEach(item -> list.add(item.plain()));
            return list;
        }
    }

    /** A map in the order of its file. */
    record Mapping(Map<String, Entry> entries, int line) implements Node {
        @Nullable
        Node at(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        /** Line of the key, or of the map where the key is absent. */
        int lineOf(String key) {
            Entry entry = entries.get(key);
            return entry == null ? line : entry.line();
        }

        @Override
        public String shown() {
            return "a map";
        }

        @Override
        public Map<String, @Nullable Object> plain() {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            entries.forEach((key, entry) -> map.put(key, entry.value().plain()));
            return map;
        }
    }

    /** A key's line and its value. */
    record Entry(int line, Node value) {}
}
