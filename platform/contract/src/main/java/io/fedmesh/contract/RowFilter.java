package io.fedmesh.contract;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which entities of a product are shown: a typed condition over fields, never a text of some query language. A null fulfils
 * no comparison, an inequality neither. Immutable.
 */
public sealed interface RowFilter {
    /**
     * Whether an entity is shown.
     *
     * @param entity its values by field: texts, numbers, truth values, {@link LocalDate}, {@link Instant} or {@link
     *     OffsetDateTime}
     */
    boolean admits(Function<String, @Nullable Object> entity);

    /** The fields that it looks at, in its order, each as often as it does. */
    List<String> fields();

    /** Its one text: equal for equal filters, and for no others. */
    @Override
    String toString();

    /** How a field's value meets what it is compared with. */
    enum Operator {
        EQUALS("equals"),
        NOT_EQUALS("notEquals"),
        LESS_THAN("lessThan"),
        AT_MOST("atMost"),
        GREATER_THAN("greaterThan"),
        AT_LEAST("atLeast"),
        IN("in"),
        NOT_IN("notIn"),
        IS_NULL("isNull"),
        IS_NOT_NULL("isNotNull");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        /** Whether it asks for an order of values. */
        public boolean isOrder() {
            return this == LESS_THAN || this == AT_MOST || this == GREATER_THAN || this == AT_LEAST;
        }

        /** Whether it takes several values. */
        public boolean takesSeveral() {
            return this == IN || this == NOT_IN;
        }

        /** Whether it takes no value. */
        public boolean takesNone() {
            return this == IS_NULL || this == IS_NOT_NULL;
        }

        /** The operator of a name; refuses another with {@link IllegalArgumentException}. */
        public static Operator of(String text) {
            return Arrays.stream(values())
                    .filter(operator -> operator.text.equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'operator' must be one of " + Arrays.toString(values()) + " but was '" + text + "'"));
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A field's value beside constants.
     *
     * @param values {@link String} for texts and enums, {@link Long} for int and long, {@link BigDecimal}, {@link Boolean},
     *     {@link LocalDate} or {@link Instant}; as many as the operator takes
     */
    record Comparison(String field, Operator operator, List<Object> values) implements RowFilter {
        public Comparison {
            values = List.copyOf(values);
            boolean fits = operator.takesNone()
                    ? values.isEmpty()
                    : operator.takesSeveral() ? !values.isEmpty() : values.size() == 1;
            if (!fits) {
                throw new IllegalArgumentException(
                        "'values' of " + operator + " must be as many as it takes but were " + values.size());
            }
        }

        @Override
        public boolean admits(Function<String, @Nullable Object> entity) {
            Object value = plain(entity.apply(field));
            return switch (operator) {
                case IS_NULL -> value == null;
                case IS_NOT_NULL -> value != null;
                case EQUALS, IN -> value != null && values.stream().anyMatch(one -> same(value, one));
                case NOT_EQUALS, NOT_IN -> value != null && values.stream().allMatch(one -> differs(value, one));
                case LESS_THAN -> isOrdered(value, order -> order < 0);
                case AT_MOST -> isOrdered(value, order -> order <= 0);
                case GREATER_THAN -> isOrdered(value, order -> order > 0);
                case AT_LEAST -> isOrdered(value, order -> order >= 0);
            };
        }

        @Override
        public List<String> fields() {
            return List.of(field);
        }

        @Override
        public String toString() {
            return "(" + field + " " + operator
                    + values.stream().map(Comparison::literal).collect(Collectors.joining(" ", " ", "")) + ")";
        }

        private static String literal(Object value) {
            String text = value instanceof BigDecimal number
                    ? number.stripTrailingZeros().toPlainString()
                    : value.toString();
            return value.getClass().getSimpleName() + ":" + text.length() + ":" + text;
        }

        private boolean isOrdered(@Nullable Object value, IntPredicate as) {
            return value != null
                    && value.getClass() == values.get(0).getClass()
                    && as.test(order(value, values.get(0)));
        }

        private static boolean same(Object value, Object constant) {
            return value.getClass() == constant.getClass() && order(value, constant) == 0;
        }

        /** What cannot be compared is not known to differ. */
        private static boolean differs(Object value, Object constant) {
            return value.getClass() == constant.getClass() && order(value, constant) != 0;
        }

        @SuppressWarnings("unchecked") // of one class, each of which is comparable with itself
        private static int order(Object value, Object constant) {
            return ((Comparable<Object>) value).compareTo(constant);
        }

        /** One class a kind of value, wherever it comes from. */
        private static @Nullable Object plain(@Nullable Object value) {
            if (value instanceof Integer number) {
                return number.longValue();
            }
            if (value instanceof OffsetDateTime time) {
                return time.toInstant();
            }
            return value == null
                            || value instanceof Long
                            || value instanceof BigDecimal
                            || value instanceof Boolean
                            || value instanceof LocalDate
                            || value instanceof Instant
                    ? value
                    : value.toString();
        }
    }

    /** All of them hold; one or more. */
    record And(List<RowFilter> parts) implements RowFilter {
        public And {
            parts = demanded(parts);
        }

        @Override
        public boolean admits(Function<String, @Nullable Object> entity) {
            return parts.stream().allMatch(part -> part.admits(entity));
        }

        @Override
        public List<String> fields() {
            return parts.stream().flatMap(part -> part.fields().stream()).toList();
        }

        @Override
        public String toString() {
            return joined("and", parts);
        }
    }

    /** One of them holds, or more; one or more. */
    record Or(List<RowFilter> parts) implements RowFilter {
        public Or {
            parts = demanded(parts);
        }

        @Override
        public boolean admits(Function<String, @Nullable Object> entity) {
            return parts.stream().anyMatch(part -> part.admits(entity));
        }

        @Override
        public List<String> fields() {
            return parts.stream().flatMap(part -> part.fields().stream()).toList();
        }

        @Override
        public String toString() {
            return joined("or", parts);
        }
    }

    private static List<RowFilter> demanded(List<RowFilter> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("'parts' must hold one or more but was empty");
        }
        return List.copyOf(parts);
    }

    private static String joined(String word, List<RowFilter> parts) {
        return parts.stream().map(RowFilter::toString).collect(Collectors.joining(" ", "(" + word + " ", ")"));
    }
}
