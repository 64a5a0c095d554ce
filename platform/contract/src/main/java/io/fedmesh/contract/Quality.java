package io.fedmesh.contract;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of a product's {@code _latest} rows before anybody may read them. The sink writes such a product to a branch
 * of its tables; readers see what the last audit that found every rule to hold has published.
 *
 * <p>In the contract: a custom property says so, and then every {@code quality} entry is a rule that can be judged, which are
 * those of the Open Data Contract Standard's library. Without the property, entries inform people.
 *
 * <pre>{@code
 * schema:
 *   - name: task
 *     quality:
 *       - {metric: rowCount, mustBeGreaterThan: 0}
 *       - {metric: duplicateValues, arguments: {properties: [project_id, title]}, mustBe: 0}
 *     properties:
 *       - name: status
 *         quality:
 *           - {metric: nullValues, mustBeLessThan: 5, unit: percent}
 *           - {metric: missingValues, arguments: {missingValues: [null, '', N/A]}, mustBe: 0}
 *           - {metric: invalidValues, arguments: {validValues: [open, done]}, mustBe: 0}
 * customProperties:
 *   - property: writeAuditPublish
 *     value: true
 * }</pre>
 *
 * @param rules in the contract's order; none where the product is not audited
 */
public record Quality(List<Rule> rules) {
    /** Not audited. */
    public static final Quality NONE = new Quality(List.of());

    public Quality {
        rules = List.copyOf(rules);
    }

    /** Whether readers see audited rows alone. */
    public boolean isAudited() {
        return !rules.isEmpty();
    }

    /**
     * A rule.
     *
     * @param name for people; of metric and field where the contract names none
     * @param measure what is counted
     * @param demand of the count
     */
    public record Rule(String name, Measure measure, Demand demand) {}

    /** What a rule counts: rows. */
    public sealed interface Measure {
        /** The fields whose values it looks at; empty for none. */
        List<String> fields();
    }

    /** Rows that there are. */
    public record RowCount() implements Measure {
        @Override
        public List<String> fields() {
            return List.of();
        }
    }

    /** Rows whose field is null. */
    public record NullValues(String field) implements Measure {
        @Override
        public List<String> fields() {
            return List.of(field);
        }
    }

    /** Whether null is a value that is missing. */
    public enum Nulls {
        MISSING,
        PRESENT
    }

    /**
     * Rows whose field has one of these values.
     *
     * @param values as texts; numbers as {@link #plain} writes them
     */
    public record MissingValues(String field, Set<String> values, Nulls nulls) implements Measure {
        public MissingValues {
            values = Set.copyOf(values);
        }

        @Override
        public List<String> fields() {
            return List.of(field);
        }
    }

    /**
     * Rows whose field has none of these values; null is not counted.
     *
     * @param values as texts; numbers as {@link #plain} writes them
     */
    public record UnlistedValues(String field, Set<String> values) implements Measure {
        public UnlistedValues {
            values = Set.copyOf(values);
        }

        @Override
        public List<String> fields() {
            return List.of(field);
        }
    }

    /**
     * Rows whose field's text does not match as a whole; null is not counted.
     *
     * @param pattern of {@link java.util.regex.Pattern}
     */
    public record UnmatchedValues(String field, String pattern) implements Measure {
        @Override
        public List<String> fields() {
            return List.of(field);
        }
    }

    /** Rows whose values of these fields stand in another row that was counted before; a row with a null among them is not. */
    public record DuplicateValues(List<String> fields) implements Measure {
        public DuplicateValues {
            fields = List.copyOf(fields);
        }
    }

    /** The standard's operators. */
    public enum Operator {
        MUST_BE("mustBe"),
        MUST_NOT_BE("mustNotBe"),
        MUST_BE_GREATER_THAN("mustBeGreaterThan"),
        MUST_BE_GREATER_OR_EQUAL_TO("mustBeGreaterOrEqualTo"),
        MUST_BE_LESS_THAN("mustBeLessThan"),
        MUST_BE_LESS_OR_EQUAL_TO("mustBeLessOrEqualTo"),
        /** Above the lower and below the upper: the standard has both bounds excluded. */
        MUST_BE_BETWEEN("mustBeBetween"),
        /** The opposite of {@link #MUST_BE_BETWEEN}. */
        MUST_NOT_BE_BETWEEN("mustNotBeBetween");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        /** Whether it has two bounds. */
        public boolean isOfTwo() {
            return this == MUST_BE_BETWEEN || this == MUST_NOT_BE_BETWEEN;
        }

        /** The standard's name. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** What a bound counts: rows, or rows of a hundred. */
    public enum Unit {
        ROWS,
        PERCENT
    }

    /**
     * What a count must be.
     *
     * @param bound the only one or the lower one
     * @param upper the other one of an operator of two; else null
     */
    public record Demand(
            Operator operator, BigDecimal bound, @Nullable BigDecimal upper, Unit unit) {
        private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

        public Demand {
            if (operator.isOfTwo() == (upper == null)) {
                throw new IllegalArgumentException(
                        "[" + operator + "] must have two bounds exactly where it compares with" + " two but had "
                                + (upper == null ? 1 : 2));
            }
        }

        /**
         * Whether a count fits; exact, nothing is rounded.
         *
         * @param rows of the table; a hundredth of none is 0 percent
         */
        public boolean isMetBy(long count, long rows) {
            boolean isPart = unit == Unit.PERCENT && rows > 0;
            BigDecimal whole = isPart ? BigDecimal.valueOf(rows) : BigDecimal.ONE;
            BigDecimal found = isPart
                    ? BigDecimal.valueOf(count).multiply(HUNDRED)
                    : BigDecimal.valueOf(unit == Unit.PERCENT ? 0 : count);
            int toBound = found.compareTo(bound.multiply(whole));
            int toUpper = upper == null ? 0 : found.compareTo(upper.multiply(whole));
            return switch (operator) {
                case MUST_BE -> toBound == 0;
                case MUST_NOT_BE -> toBound != 0;
                case MUST_BE_GREATER_THAN -> toBound > 0;
                case MUST_BE_GREATER_OR_EQUAL_TO -> toBound >= 0;
                case MUST_BE_LESS_THAN -> toBound < 0;
                case MUST_BE_LESS_OR_EQUAL_TO -> toBound <= 0;
                case MUST_BE_BETWEEN -> toBound > 0 && toUpper < 0;
                case MUST_NOT_BE_BETWEEN -> toBound <= 0 || toUpper >= 0;
            };
        }

        /** As in the contract: {@code mustBeLessThan 5 percent}. */
        @Override
        public String toString() {
            return operator + " " + bound.toPlainString() + (upper == null ? "" : " and " + upper.toPlainString())
                    + (unit == Unit.PERCENT ? " percent" : "");
        }
    }

    /** A number's text, the same for equal numbers. */
    public static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
