package io.fedmesh.govern.agreement;

import java.util.Locale;
import java.util.regex.Pattern;

/** The grammars of what people write. */
final class Texts {
    static final int MAX_REMARK = 500;
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern ALIAS = Pattern.compile("[a-z0-9][a-z0-9._@+/-]{0,199}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private Texts() {}

    static String id(String what, String text) {
        return must(ID, what, text);
    }

    static String hash(String what, String text) {
        return must(HASH, what, text);
    }

    static String field(String text) {
        return must(FIELD, "field", text);
    }

    /** A name that somebody goes by, in lower case: ASCII alone, so that nothing looks like something else. */
    static String alias(String text) {
        return must(ALIAS, "alias", folded(text));
    }

    /** The alias that a text means, or what no alias equals. ASCII letters alone change: no other letter becomes one. */
    static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? Character.toLowerCase(c) : c);
        }
        return folded.toString();
    }

    /** A sentence of somebody: not blank, one line, bounded. */
    static String remark(String what, String text) {
        if (text.isBlank() || !text.equals(text.strip()) || text.length() > MAX_REMARK) {
            throw new IllegalArgumentException("'" + what + "' must be a text of 1 to " + MAX_REMARK
                    + " characters without white space around it but was of " + text.length());
        }
        if (text.codePoints().anyMatch(Texts::wild)) {
            throw new IllegalArgumentException("'" + what + "' must be one line of printable characters but was not");
        }
        return text;
    }

    /** A text of anybody, fit for a message: one line, bounded. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(100).forEach(c -> {
            if (wild(c)) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    private static boolean wild(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static String must(Pattern pattern, String what, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + what + "' must match " + pattern + " but was '" + shown(text) + "'");
        }
        return text;
    }
}
