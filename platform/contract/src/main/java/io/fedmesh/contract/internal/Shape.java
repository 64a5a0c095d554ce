package io.fedmesh.contract.internal;

import io.fedmesh.contract.internal.Node.Entry;
import io.fedmesh.contract.internal.Node.Kind;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What a piece of a file must look like. Immutable once built, apart from {@link Obj}, which is built by chaining. */
interface Shape {
    /** Reports all that does not fit; {@code path} is empty for the file's top map. */
    void check(Node node, String path, FileReport report);

    /** Whether nothing would be reported. */
    default boolean fits(Node node) {
        Set<io.fedmesh.contract.Problem> found = new HashSet<>();
        check(node, "", new FileReport(java.nio.file.Path.of(""), found));
        return found.isEmpty();
    }

    static Shape any() {
        return (node, path, report) -> {};
    }

    static Shape text() {
        return scalar("be a text", s -> s.kind() == Kind.TEXT);
    }

    static Shape text(Pattern pattern) {
        return scalar(
                "match " + pattern,
                s -> s.kind() == Kind.TEXT && pattern.matcher(s.text()).matches());
    }

    static Shape notBlank() {
        return scalar(
                "be a text that says something",
                s -> s.kind() == Kind.TEXT && !s.text().isBlank());
    }

    static Shape exactly(String text) {
        return scalar(
                "be '" + text + "'", s -> s.kind() == Kind.TEXT && s.text().equals(text));
    }

    static Shape oneOf(Collection<String> values) {
        return scalar(
                "be one of " + String.join(", ", values), s -> s.kind() == Kind.TEXT && values.contains(s.text()));
    }

    static Shape oneOf(String... values) {
        return oneOf(Arrays.asList(values));
    }

    static Shape flag() {
        return scalar("be true or false", s -> s.kind() == Kind.BOOLEAN);
    }

    static Shape number() {
        return scalar("be a number", Scalar::isNumber);
    }

    static Shape numberAbove(int bound) {
        return scalar(
                "be a number above " + bound, s -> s.isNumber() && s.number().compareTo(BigDecimal.valueOf(bound)) > 0);
    }

    static Shape integer() {
        return scalar("be a whole number", Shape::isWhole);
    }

    static Shape integerFrom(int least) {
        return scalar(
                "be a whole number of at least " + least,
                s -> isWhole(s) && s.number().compareTo(BigDecimal.valueOf(least)) >= 0);
    }

    static Shape integerWithin(int least, int most) {
        return scalar(
                "be a whole number of " + least + " to " + most,
                s -> isWhole(s)
                        && s.number().compareTo(BigDecimal.valueOf(least)) >= 0
                        && s.number().compareTo(BigDecimal.valueOf(most)) <= 0);
    }

    /** A text, a number, a flag or null. */
    static Shape value() {
        return scalar("be a single value", s -> true);
    }

    static Shape scalar(String what, Predicate<Scalar> test) {
        return (node, path, report) -> {
            if (!(node instanceof Scalar scalar) || !test.test(scalar)) {
                report.must(node, "value", path, what);
            }
        };
    }

    static Shape list(Shape item) {
        return (node, path, report) -> {
            if (node instanceof Sequence sequence) {
                for (int i = 0; i < sequence.items().size(); i++) {
                    item.check(sequence.items().get(i), path + "[" + i + "]", report);
                }
            } else {
                report.must(node, "value", path, "be a list");
            }
        };
    }

    /** A list whose length is within both bounds and, where asked, whose items differ. */
    static Shape list(Shape item, int least, int most, Uniqueness uniqueness) {
        Shape items = list(item);
        return (node, path, report) -> {
            items.check(node, path, report);
            if (node instanceof Sequence sequence) {
                int size = sequence.items().size();
                if (size < least || size > most) {
                    String what = most == Integer.MAX_VALUE
                            ? "have at least " + least + " items"
                            : "have " + least + " to " + most + " items";
                    report.add(node.line(), "value", "'" + path + "' must " + what + " but had " + size);
                }
                if (uniqueness == Uniqueness.DISTINCT
                        && sequence.items().stream()
                                        .map(Shape::identity)
                                        .distinct()
                                        .count()
                                < size) {
                    report.add(node.line(), "value", "'" + path + "' must have distinct items but had one twice");
                }
            }
        };
    }

    /** Whether equal items may stand in one list. */
    enum Uniqueness {
        ANY,
        DISTINCT
    }

    /** Fits where at least one of both fits; {@code what} says so to people. */
    static Shape either(String what, Shape first, Shape second) {
        return (node, path, report) -> {
            if (!first.fits(node) && !second.fits(node)) {
                report.must(node, "value", path, what);
            }
        };
    }

    /** A shape that is built later: for shapes that contain themselves. */
    static Shape later(Supplier<Shape> shape) {
        return (node, path, report) -> shape.get().check(node, path, report);
    }

    /** A map of any keys. */
    static Shape map() {
        return mapOf(any());
    }

    /** A map of any keys whose values have one shape. */
    static Shape mapOf(Shape value) {
        return (node, path, report) -> {
            if (node instanceof Mapping mapping) {
                mapping.entries().forEach((key, entry) -> value.check(entry.value(), Obj.child(path, key), report));
            } else {
                report.must(node, "value", path, "be a map");
            }
        };
    }

    static Obj object() {
        return new Obj();
    }

    private static boolean isWhole(Scalar scalar) {
        return scalar.isNumber() && scalar.number().stripTrailingZeros().scale() <= 0;
    }

    private static Object identity(Node node) {
        return node instanceof Scalar scalar && scalar.isNumber()
                ? scalar.number().stripTrailingZeros()
                : String.valueOf(node.plain());
    }

    /** A map of which every key is known. */
    final class Obj implements Shape {
        private final Map<String, Shape> keys = new LinkedHashMap<>();
        private final Set<String> required = new LinkedHashSet<>();
        private final List<Function<Mapping, List<Obj>>> variants = new ArrayList<>();

        /** A key that must be there. */
        Obj must(String key, Shape shape) {
            required.add(key);
            return may(key, shape);
        }

        /** A key that may be there. */
        Obj may(String key, Shape shape) {
            keys.put(key, shape);
            return this;
        }

        /** Keys that may be there and have one shape. */
        Obj may(Shape shape, String... names) {
            for (String name : names) {
                may(name, shape);
            }
            return this;
        }

        /** The same, but further keys may be there. */
        Shape open() {
            return (node, path, report) -> {
                if (node instanceof Mapping mapping) {
                    checkKnown(mapping, path, report, new LinkedHashSet<>());
                } else {
                    report.must(node, "value", path, "be a map");
                }
            };
        }

        /** Further keys that a map's own content allows or demands. */
        Obj when(Function<Mapping, List<Obj>> variant) {
            variants.add(variant);
            return this;
        }

        @Override
        public void check(Node node, String path, FileReport report) {
            if (!(node instanceof Mapping mapping)) {
                report.must(node, "value", path, "be a map");
                return;
            }
            Set<String> known = new LinkedHashSet<>();
            checkKnown(mapping, path, report, known);
            for (Map.Entry<String, Entry> entry : mapping.entries().entrySet()) {
                if (!known.contains(entry.getKey())) {
                    report.add(
                            entry.getValue().line(),
                            "unknown-key",
                            "'" + child(path, Scalar.printable(entry.getKey())) + "' must be "
                                    + (known.isEmpty() ? "left out" : "one of " + String.join(", ", known))
                                    + " but was given");
                }
            }
        }

        private void checkKnown(Mapping mapping, String path, FileReport report, Set<String> known) {
            known.addAll(keys.keySet());
            for (String key : required) {
                if (mapping.at(key) == null) {
                    report.missing(mapping.line(), child(path, key));
                }
            }
            keys.forEach((key, shape) -> {
                Node value = mapping.at(key);
                if (value != null) {
                    shape.check(value, child(path, key), report);
                }
            });
            for (Function<Mapping, List<Obj>> variant : variants) {
                variant.apply(mapping).forEach(more -> more.checkKnown(mapping, path, report, known));
            }
        }

        private static String child(String path, String key) {
            return path.isEmpty() ? key : path + "." + key;
        }
    }
}
