package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.notBlank;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Disclosure;
import io.fedmesh.contract.Mask;
import io.fedmesh.contract.RowFilter;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** {@code masks}: their form, what they must agree with in the schema, and which mask each field has. */
final class DisclosureRules {
    static final String MASKS = "masks";

    static final Shape MASKS_SHAPE = list(
            object().must(
                            "mask",
                            oneOf(Arrays.stream(Mask.values())
                                    .map(Mask::toString)
                                    .toList()))
                    .may("field", notBlank())
                    .may("tag", text(Pattern.compile("[A-Z][A-Z0-9_]{0,30}")))
                    .may("classification", Rules.CLASSIFICATION),
            1,
            200,
            Uniqueness.DISTINCT);

    private static final String PATH = ContractReader.path(MASKS);
    private static final List<String> SELECTORS = List.of("field", "tag", "classification");

    private DisclosureRules() {}

    /** A rule: what it selects fields by, the name that it selects, and its mask. */
    private record Rule(String by, Scalar named, Scalar maskNamed, Mask mask) {
        boolean selects(String field, SchemaReader.Field facts, @Nullable Classification classification) {
            return switch (by) {
                case "field" -> named.text().equals(field);
                case "tag" -> facts.tags().contains(named.text());
                default -> classification != null && level(named.text()) <= classification.ordinal();
            };
        }

        private static int level(String name) {
            for (Classification classification : Classification.values()) {
                if (classification.toString().equals(name)) {
                    return classification.ordinal();
                }
            }
            return Integer.MAX_VALUE;
        }
    }

    /** Reports what does not agree with the schema. */
    static void check(ContractDraft contract, SchemaReader.Draft schema) {
        checkSelectors(contract);
        List<Rule> rules = rules(contract);
        checkNames(contract, schema, rules);
        schema.fields().forEach((name, facts) -> {
            Schema.Field field = schema.schema().getField(name);
            Rule rule = rule(rules, name, facts, classification(contract, facts));
            if (rule == null || field == null) {
                return;
            }
            if (!rule.mask().fits(field.schema())) {
                contract.report()
                        .must(
                                rule.maskNamed(),
                                MASKS,
                                PATH + ".mask",
                                "fit every field that it is for, and '" + name + "' is of type " + type(field.schema())
                                        + ",");
            }
            if (facts.protection() == Contract.Protection.TOKENISE && rule.mask() == Mask.LAST_FOUR) {
                contract.report()
                        .must(
                                rule.maskNamed(),
                                MASKS,
                                PATH + ".mask",
                                "be redact or hash-token for '" + name + "', of which the tables hold only tokens,");
            }
        });
        RowFilterRules.check(contract, schema);
    }

    private static void checkSelectors(ContractDraft contract) {
        for (Mapping item : items(contract)) {
            List<String> given =
                    SELECTORS.stream().filter(key -> item.at(key) != null).toList();
            if (given.size() != 1) {
                contract.report()
                        .add(
                                item.line(),
                                MASKS,
                                "'" + PATH + "' must name fields by one of " + String.join(", ", SELECTORS)
                                        + " but did by " + (given.isEmpty() ? "none" : String.join(", ", given)));
            }
        }
    }

    /** A rule that is for nothing is a mistake, as is a second one for the same. */
    private static void checkNames(ContractDraft contract, SchemaReader.Draft schema, List<Rule> rules) {
        Set<String> tags = new HashSet<>();
        schema.fields().values().forEach(facts -> tags.addAll(facts.tags()));
        Set<String> seen = new HashSet<>();
        for (Rule rule : rules) {
            String name = rule.named().text();
            if (!seen.add(rule.by() + " " + name)) {
                contract.report().must(rule.named(), MASKS, PATH + "." + rule.by(), "be given one mask");
            }
            if (rule.by().equals("field") && !schema.fields().containsKey(name)) {
                contract.report()
                        .must(
                                rule.named(),
                                MASKS,
                                PATH + ".field",
                                "name a field of " + schema.report().file());
            }
            if (rule.by().equals("tag") && !tags.contains(name)) {
                contract.report()
                        .must(
                                rule.named(),
                                MASKS,
                                PATH + ".tag",
                                "be a tag of a field of " + schema.report().file());
            }
        }
    }

    /** Only after {@link #check} found nothing. */
    static Disclosure disclosure(
            ContractDraft contract, SchemaReader.Draft schema, Map<String, Contract.Field> fields) {
        List<Rule> rules = rules(contract);
        Map<String, Mask> masks = new TreeMap<>();
        fields.forEach((name, field) -> {
            SchemaReader.Field facts = schema.fields().get(name);
            Rule rule = facts == null ? null : rule(rules, name, facts, field.classification());
            Mask mask = rule == null ? Disclosure.usual(field) : rule.mask();
            if (mask != null) {
                masks.put(name, mask);
            }
        });
        RowFilter rows = RowFilterRules.filter(contract, schema);
        return new Disclosure(masks, rows);
    }

    /** The rule of a field: by its name before by its tags before by its classification; of equals, the strictest mask. */
    private static @Nullable Rule rule(
            List<Rule> rules, String field, SchemaReader.Field facts, @Nullable Classification classification) {
        for (String by : SELECTORS) {
            Rule strictest = null;
            for (Rule rule : rules) {
                boolean isFor = rule.by().equals(by) && rule.selects(field, facts, classification);
                if (isFor && (strictest == null || rule.mask().compareTo(strictest.mask()) < 0)) {
                    strictest = rule;
                }
            }
            if (strictest != null) {
                return strictest;
            }
        }
        return null;
    }

    private static @Nullable Classification classification(ContractDraft contract, SchemaReader.Field facts) {
        Classification own = facts.classification();
        return own != null ? own : contract.defaultClassification();
    }

    /** The rules whose form is right. */
    private static List<Rule> rules(ContractDraft contract) {
        List<Rule> rules = new ArrayList<>();
        for (Mapping item : items(contract)) {
            Mask mask = mask(item.at("mask"));
            for (String by : SELECTORS) {
                if (mask != null && item.at(by) instanceof Scalar named) {
                    rules.add(new Rule(by, named, (Scalar) java.util.Objects.requireNonNull(item.at("mask")), mask));
                }
            }
        }
        return rules;
    }

    private static @Nullable Mask mask(@Nullable Node node) {
        if (node instanceof Scalar named) {
            for (Mask mask : Mask.values()) {
                if (mask.toString().equals(named.text())) {
                    return mask;
                }
            }
        }
        return null;
    }

    private static List<Mapping> items(ContractDraft contract) {
        return contract.custom().get(MASKS) instanceof Sequence list
                ? list.items().stream()
                        .filter(Mapping.class::isInstance)
                        .map(Mapping.class::cast)
                        .toList()
                : List.of();
    }

    /** The name of a type, or of an optional one's values. */
    static String type(Schema schema) {
        Schema type = schema.isUnion() ? schema.getTypes().get(schema.getTypes().size() - 1) : schema;
        return type.getLogicalType() == null
                ? type.getType().getName()
                : type.getLogicalType().getName();
    }
}
