package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.notBlank;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contract.InputField;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.internal.ContractReader.Located;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A derived field is classified as high as the highest of what it is made of, or stewards of what it is made of have
 * approved that it is lower. What an input passes on is its own classification, after its own declassifications.
 */
final class Inheritance {
    static final Shape INPUT_FIELD =
            text(Pattern.compile("[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9_]{0,62}"));
    static final Shape DECLASSIFICATION = object().must("field", notBlank())
            .must("from", Rules.CLASSIFICATION)
            .must("to", Rules.CLASSIFICATION)
            .must("reason", notBlank())
            .must("approvedBy", list(Rules.SUBJECT, 1, 20, Uniqueness.DISTINCT));

    private static final String DERIVED_FROM = "'customProperties.derivedFrom'";
    private static final String DECLASSIFICATIONS = "customProperties.declassifications";

    private final Map<ProductName, ContractDraft> drafts;
    private final Map<ProductName, SchemaReader.Draft> schemas;
    private final List<Domain> domains;

    /** A field of an input, and how it is classified. */
    private record Ingredient(InputField field, Classification classification) {}

    /**
     * @param drafts the contracts that could be read
     * @param schemas their schemas, where they could be read
     * @param domains for their stewards
     */
    Inheritance(
            Map<ProductName, ContractDraft> drafts,
            Map<ProductName, SchemaReader.Draft> schemas,
            List<Domain> domains) {
        this.drafts = drafts;
        this.schemas = schemas;
        this.domains = domains;
    }

    void check() {
        drafts.forEach((name, draft) -> {
            SchemaReader.Draft schema = schemas.get(name);
            if (schema != null && draft.custom().containsKey("topology")) {
                checkNames(draft, schema);
                schema.fields().forEach((field, facts) -> check(draft, schema, field, facts));
            }
        });
    }

    /** What {@code derivedFrom} says; only of what can be read. */
    static Map<String, List<InputField>> derivedFrom(ContractDraft draft) {
        Map<String, List<InputField>> derivedFrom = new LinkedHashMap<>();
        Mapping map = draft.map("derivedFrom");
        if (map != null) {
            map.entries().forEach((field, entry) -> {
                List<InputField> from = new ArrayList<>();
                texts(entry.value(), INPUT_FIELD).forEach(text -> from.add(inputField(text)));
                derivedFrom.put(field, from);
            });
        }
        return derivedFrom;
    }

    /** What {@code declassifications} says; only of those whose form is right. */
    static List<Contract.Declassification> declassifications(ContractDraft draft) {
        return declared(draft).stream()
                .map(map -> new Contract.Declassification(
                        scalar(map, "field"),
                        Objects.requireNonNull(ContractDraft.classification(map.at("from"))),
                        Objects.requireNonNull(ContractDraft.classification(map.at("to"))),
                        scalar(map, "reason"),
                        texts(Objects.requireNonNull(map.at("approvedBy")), Rules.SUBJECT).stream()
                                .map(Scalar::text)
                                .toList()))
                .toList();
    }

    private void checkNames(ContractDraft draft, SchemaReader.Draft schema) {
        Mapping map = draft.map("derivedFrom");
        if (map != null) {
            List<String> inputs =
                    draft.texts("inputs").stream().map(Located::value).toList();
            map.entries().forEach((field, entry) -> {
                if (!schema.fields().containsKey(field)) {
                    draft.report()
                            .add(
                                    entry.line(),
                                    "derived-from",
                                    DERIVED_FROM + " must name fields of "
                                            + schema.report().file() + " but had '" + Scalar.printable(field) + "'");
                }
                texts(entry.value(), INPUT_FIELD).forEach(text -> checkIngredient(draft, inputs, text));
            });
        }
        TreeSet<String> named = new TreeSet<>();
        for (Mapping declared : declared(draft)) {
            String field = scalar(declared, "field");
            Scalar at = (Scalar) Objects.requireNonNull(declared.at("field"));
            if (!schema.fields().containsKey(field)) {
                draft.report()
                        .must(
                                at,
                                "declassification",
                                DECLASSIFICATIONS + ".field",
                                "name a field of " + schema.report().file());
            } else if (!named.add(field)) {
                draft.report()
                        .must(at, "declassification", DECLASSIFICATIONS + ".field", "be named once, and is above,");
            }
        }
    }

    private void checkIngredient(ContractDraft draft, List<String> inputs, Scalar text) {
        InputField from = inputField(text);
        SchemaReader.Draft schema = schemas.get(from.product());
        if (!inputs.contains(from.product().toString())) {
            draft.report()
                    .add(
                            text.line(),
                            "derived-from",
                            DERIVED_FROM + " must name fields of 'inputs' but had '" + from + "'");
        } else if (schema != null && !schema.fields().containsKey(from.field())) {
            draft.report()
                    .add(
                            text.line(),
                            "derived-from",
                            DERIVED_FROM + " must name fields of "
                                    + schema.report().file() + " but had '" + from + "'");
        }
    }

    private void check(ContractDraft draft, SchemaReader.Draft schema, String field, SchemaReader.Field facts) {
        Classification actual = classification(draft, facts);
        List<Ingredient> ingredients = ingredients(draft, field);
        Ingredient highest = ingredients.stream()
                .max(Comparator.comparing(Ingredient::classification))
                .orElse(null);
        if (actual == null || highest == null) {
            return;
        }
        Mapping declared = declared(draft).stream()
                .filter(map -> scalar(map, "field").equals(field))
                .findFirst()
                .orElse(null);
        if (declared != null) {
            checkDeclared(draft, declared, actual, ingredients, highest);
        } else if (actual.compareTo(highest.classification()) < 0) {
            boolean isNamed = derivedFrom(draft).containsKey(field);
            schema.report()
                    .add(
                            facts.line(),
                            "inherited-classification",
                            "'" + field + "' must be " + highest.classification() + " or above, because "
                                    + (isNamed
                                            ? "it is made of "
                                            : "'derivedFrom' does not say what it is made of and it may be of ")
                                    + highest.field() + ", but was '" + actual + "'");
        }
    }

    private void checkDeclared(
            ContractDraft draft,
            Mapping declared,
            Classification actual,
            List<Ingredient> ingredients,
            Ingredient highest) {
        String field = scalar(declared, "field");
        if (actual.compareTo(highest.classification()) >= 0) {
            draft.report()
                    .add(
                            declared.line(),
                            "declassification",
                            "'" + DECLASSIFICATIONS + "' must leave out '" + field
                                    + "', which is not below what it is made of, but did not");
            return;
        }
        if (!scalar(declared, "from").equals(highest.classification().toString())) {
            draft.report()
                    .must(
                            Objects.requireNonNull(declared.at("from")),
                            "declassification",
                            DECLASSIFICATIONS + ".from",
                            "be '" + highest.classification() + "', as " + highest.field() + " is,");
        }
        if (!scalar(declared, "to").equals(actual.toString())) {
            draft.report()
                    .must(
                            Objects.requireNonNull(declared.at("to")),
                            "declassification",
                            DECLASSIFICATIONS + ".to",
                            "be '" + actual + "', as '" + field + "' is,");
        }
        Node approvedBy = Objects.requireNonNull(declared.at("approvedBy"));
        List<String> approvers =
                texts(approvedBy, Rules.SUBJECT).stream().map(Scalar::text).toList();
        ingredients.stream()
                .filter(ingredient -> ingredient.classification().compareTo(actual) > 0)
                .map(ingredient -> ingredient.field().product().domain())
                .distinct()
                .filter(domain -> approvers.stream().noneMatch(by -> mayApprove(by, domain, draft)))
                .forEach(domain -> draft.report()
                        .add(
                                approvedBy.line(),
                                "declassification",
                                "'" + DECLASSIFICATIONS + ".approvedBy' must name a steward of '" + domain
                                        + "' who does not own the product but named none"));
    }

    /** A steward of where the data comes from, and nobody for a product of their own. */
    private boolean mayApprove(String subject, String domain, ContractDraft draft) {
        return !subject.equals(draft.owner())
                && domains.stream()
                        .anyMatch(d -> d.name().equals(domain) && d.stewards().contains(subject));
    }

    /** What a field may be made of, as far as it is known. */
    private List<Ingredient> ingredients(ContractDraft draft, String field) {
        List<InputField> named = derivedFrom(draft).get(field);
        List<Ingredient> ingredients = new ArrayList<>();
        for (Map.Entry<ProductName, ContractDraft> input : inputs(draft).entrySet()) {
            SchemaReader.Draft schema = schemas.get(input.getKey());
            if (schema != null) {
                schema.fields().forEach((name, facts) -> {
                    InputField from = new InputField(input.getKey(), name);
                    Classification classification = classification(input.getValue(), facts);
                    if (classification != null && (named == null || named.contains(from))) {
                        ingredients.add(new Ingredient(from, classification));
                    }
                });
            }
        }
        return ingredients;
    }

    private Map<ProductName, ContractDraft> inputs(ContractDraft draft) {
        Map<ProductName, ContractDraft> inputs = new TreeMap<>();
        List<String> named = draft.texts("inputs").stream().map(Located::value).toList();
        drafts.forEach((name, input) -> {
            if (named.contains(name.toString())) {
                inputs.put(name, input);
            }
        });
        return inputs;
    }

    private static @Nullable Classification classification(ContractDraft draft, SchemaReader.Field facts) {
        Classification own = facts.classification();
        return own != null ? own : draft.defaultClassification();
    }

    private static List<Mapping> declared(ContractDraft draft) {
        List<Mapping> declared = new ArrayList<>();
        if (draft.custom().get("declassifications") instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Mapping map && DECLASSIFICATION.fits(map)) {
                    declared.add(map);
                }
            }
        }
        return declared;
    }

    private static List<Scalar> texts(Node node, Shape shape) {
        List<Scalar> texts = new ArrayList<>();
        if (node instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Scalar text && shape.fits(text)) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static InputField inputField(Scalar text) {
        int dot = text.text().lastIndexOf('.');
        return new InputField(
                ProductName.parse(text.text().substring(0, dot)), text.text().substring(dot + 1));
    }

    private static String scalar(Mapping map, String key) {
        return ((Scalar) Objects.requireNonNull(map.at(key))).text();
    }
}
