package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Whether a text matches a pattern as a whole, in a bounded number of steps: an expression that goes back and forth over a long
 * text, or too deep into it, is refused instead of keeping the thread. Used by one thread.
 */
final class WholeMatch implements Predicate<String> {
    private static final int MAX_STEPS = 1 << 20;

    private final Pattern pattern;

    WholeMatch(String pattern) {
        this.pattern = Pattern.compile(pattern);
    }

    @Override
    public boolean test(String text) {
        try {
            return pattern.matcher(new Counted(text)).matches();
        } catch (StackOverflowError e) {
            throw refused();
        }
    }

    private TableRefusedException refused() {
        return new TableRefusedException(
                "[" + pattern + "] a pattern must match a value in " + MAX_STEPS + " steps but did not");
    }

    /** A text that knows how often it was looked at. */
    private final class Counted implements CharSequence {
        private final CharSequence text;
        private int steps;

        private Counted(CharSequence text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS) {
                throw refused();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
