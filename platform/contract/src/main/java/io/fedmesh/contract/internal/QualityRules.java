package io.fedmesh.contract.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Quality;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The {@code quality} entries of a contract as rules. Of a product that is written, audited and published each must be one that
 * can be judged, for an entry that nobody judges would be a promise that nobody keeps.
 */
final class QualityRules {
    /** The custom property that makes rules of them. */
    static final String AUDITED = "writeAuditPublish";

    private static final String RULE = "quality";
    /** Metrics that compare rows with what the contract writes down. */
    private static final Set<String> COMPARED = Set.of("missingValues", "invalidValues");

    private static final int MAX_RULES = 100;
    private static final int MAX_PATTERN = 200;

    /** What a field's values are compared as. */
    private enum Kind {
        TEXT(Node.Kind.TEXT),
        NUMBER(Node.Kind.INTEGER, Node.Kind.NUMBER),
        FLAG(Node.Kind.BOOLEAN),
        /** Equal or not, and nothing a contract could write down: dates and times. */
        MOMENT,
        PARTS;

        private final List<Node.Kind> written;

        Kind(Node.Kind... written) {
            this.written = List.of(written);
        }

        static Kind of(Schema type) {
            Schema plain = type.isUnion() ? type.getTypes().get(1) : type;
            if (plain.getLogicalType() != null) {
                return plain.getLogicalType() instanceof LogicalTypes.Decimal ? NUMBER : MOMENT;
            }
            return switch (plain.getType()) {
                case STRING, ENUM -> TEXT;
                case INT, LONG, FLOAT, DOUBLE -> NUMBER;
                case BOOLEAN -> FLAG;
                case BYTES, FIXED, RECORD, ARRAY, MAP, UNION, NULL -> PARTS;
            };
        }
    }

    private final ContractDraft contract;
    private final SchemaReader.Draft schema;
    private final FileReport report;
    private final List<Quality.Rule> rules = new ArrayList<>();
    private int entries;

    private QualityRules(ContractDraft contract, SchemaReader.Draft schema) {
        this.contract = contract;
        this.schema = schema;
        this.report = contract.report();
    }

    /** Reports fields that are not the schema's and, of a product that is audited, what cannot be judged. */
    static void check(ContractDraft contract, SchemaReader.Draft schema) {
        new QualityRules(contract, schema).read();
    }

    /** Only after {@link #check} found nothing. */
    static Quality quality(ContractDraft contract, SchemaReader.Draft schema) {
        QualityRules reader = new QualityRules(contract, schema);
        reader.read();
        return new Quality(reader.rules);
    }

    private void read() {
        Scalar flag = contract.scalar(AUDITED);
        boolean isAudited = flag != null && flag.text().equals("true");
        if (!(contract.file().at("schema") instanceof Sequence schemas)
                || schemas.items().isEmpty()
                || !(schemas.items().get(0) instanceof Mapping object)) {
            return;
        }
        if (isAudited) {
            take(object.at("quality"), "schema[0].quality", null);
        }
        if (object.at("properties") instanceof Sequence properties) {
            for (int i = 0; i < properties.items().size(); i++) {
                if (properties.items().get(i) instanceof Mapping property
                        && property.at("name") instanceof Scalar name) {
                    String path = "schema[0].properties[" + i + "]";
                    Schema.Field field = schema.schema().getField(name.text());
                    if (field == null) {
                        report.must(
                                name,
                                RULE,
                                path + ".name",
                                "name a field of " + schema.report().file());
                    } else if (isAudited) {
                        take(property.at("quality"), path + ".quality", field);
                    }
                }
            }
        }
        if (isAudited && (entries == 0 || entries > MAX_RULES)) {
            report.add(
                    contract.lineOf(AUDITED),
                    RULE,
                    "'schema[0]' must have 1 to " + MAX_RULES + " quality rules, because '"
                            + ContractReader.path(AUDITED) + "' is true, but had " + entries);
        }
    }

    private void take(@Nullable Node list, String path, Schema.@Nullable Field field) {
        if (list instanceof Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
                entries++;
                if (sequence.items().get(i) instanceof Mapping entry) {
                    take(entry, path + "[" + i + "]", field);
                }
            }
        }
    }

    private void take(Mapping entry, String path, Schema.@Nullable Field field) {
        Node type = entry.at("type");
        if (!(entry.at("metric") instanceof Scalar metric)
                || (type != null && !text(type).equals("library"))) {
            report.add(
                    entry.line(),
                    RULE,
                    "'" + path + "' must be of the type library and have a metric, because '"
                            + ContractReader.path(AUDITED) + "' is true and nothing else can be judged, but was of '"
                            + (type == null ? "library" : Scalar.printable(text(type))) + "'");
            return;
        }
        Quality.Measure measure = measure(entry, metric, path, field);
        Quality.Demand demand = demand(entry, metric, path);
        if (measure != null && demand != null) {
            String fields = measure.fields().isEmpty() ? "" : " of " + String.join(", ", measure.fields());
            String name = text(entry.at("name"));
            rules.add(new Quality.Rule(name.isBlank() ? metric.text() + fields : name, measure, demand));
        }
    }

    private Quality.@Nullable Measure measure(Mapping entry, Scalar metric, String path, Schema.@Nullable Field field) {
        Mapping arguments = entry.at("arguments") instanceof Mapping given ? given : null;
        if (metric.text().equals("rowCount") || (metric.text().equals("duplicateValues") && field == null)) {
            if (field != null) {
                return misplaced(metric, path, "stand in 'schema[0].quality'");
            }
            return metric.text().equals("rowCount") ? new Quality.RowCount() : duplicates(entry, arguments, path);
        }
        if (field == null) {
            return misplaced(metric, path, "stand in the 'quality' of a property");
        }
        Kind kind = Kind.of(field.schema());
        SchemaReader.Field facts = schema.fields().get(field.name());
        boolean isTokenised = facts != null && facts.protection() == Contract.Protection.TOKENISE;
        if (isTokenised && COMPARED.contains(metric.text())) {
            return misplaced(metric, path, "be of a field that is not tokenised, whose rows hold tokens,");
        }
        return switch (metric.text()) {
            case "nullValues" -> new Quality.NullValues(field.name());
            case "duplicateValues" ->
                kind == Kind.PARTS
                        ? misplaced(metric, path, "be of a field with a single value")
                        : new Quality.DuplicateValues(List.of(field.name()));
            case "missingValues" -> missing(entry, arguments, path, field.name(), kind);
            case "invalidValues" -> invalid(entry, arguments, path, field.name(), kind);
            default -> null; // the standard's form has said so
        };
    }

    private Quality.@Nullable Measure duplicates(Mapping entry, @Nullable Mapping arguments, String path) {
        List<String> fields = new ArrayList<>();
        Node listed = arguments == null ? null : arguments.at("properties");
        if (listed instanceof Sequence list) {
            for (Node item : list.items()) {
                Schema.Field field = schema.schema().getField(text(item));
                if (field == null || Kind.of(field.schema()) == Kind.PARTS) {
                    report.must(
                            item,
                            RULE,
                            path + ".arguments.properties",
                            "name fields of " + schema.report().file() + " with a single value");
                    return null;
                }
                fields.add(field.name());
            }
        }
        return fields.isEmpty()
                ? without(entry, path + ".arguments.properties", "name fields")
                : new Quality.DuplicateValues(fields);
    }

    private Quality.@Nullable Measure missing(
            Mapping entry, @Nullable Mapping arguments, String path, String field, Kind kind) {
        String at = path + ".arguments.missingValues";
        if (arguments == null || !(arguments.at("missingValues") instanceof Sequence list)) {
            return without(entry, at, "list values");
        }
        Set<String> values = new LinkedHashSet<>();
        Quality.Nulls nulls = Quality.Nulls.PRESENT;
        for (Node item : list.items()) {
            if (item instanceof Scalar value && value.kind() == Node.Kind.NULL) {
                nulls = Quality.Nulls.MISSING;
            } else if (!add(item, at, kind, values)) {
                return null;
            }
        }
        return new Quality.MissingValues(field, values, nulls);
    }

    private Quality.@Nullable Measure invalid(
            Mapping entry, @Nullable Mapping arguments, String path, String field, Kind kind) {
        String at = path + ".arguments";
        Node listed = arguments == null ? null : arguments.at("validValues");
        Node pattern = arguments == null ? null : arguments.at("pattern");
        if ((listed instanceof Sequence) == (pattern instanceof Scalar)) {
            return without(entry, at, "have either a list 'validValues' or a 'pattern'");
        }
        if (pattern instanceof Scalar text) {
            if (kind != Kind.TEXT || !isPattern(text.text())) {
                report.must(
                        text,
                        RULE,
                        at + ".pattern",
                        "be a regular expression of at most " + MAX_PATTERN + " characters, for a field of texts,");
                return null;
            }
            return new Quality.UnmatchedValues(field, text.text());
        }
        Set<String> values = new LinkedHashSet<>();
        for (Node item : ((Sequence) Objects.requireNonNull(listed)).items()) {
            if (!add(item, at + ".validValues", kind, values)) {
                return null;
            }
        }
        return new Quality.UnlistedValues(field, values);
    }

    private boolean add(Node item, String at, Kind kind, Set<String> values) {
        if (item instanceof Scalar value && kind.written.contains(value.kind())) {
            values.add(value.isNumber() ? Quality.plain(value.number()) : value.text());
            return true;
        }
        report.must(
                item,
                RULE,
                at,
                kind.written.isEmpty()
                        ? "be of a field of texts, numbers or flags"
                        : "hold a " + kind.toString().toLowerCase(Locale.ROOT) + ", as the field does,");
        return false;
    }

    private Quality.@Nullable Demand demand(Mapping entry, Scalar metric, String path) {
        String unit = text(entry.at("unit"));
        boolean isPercent = unit.equals("percent");
        boolean isOfRows = metric.text().equals("rowCount");
        if (!unit.isEmpty() && !unit.equals("rows") && (!isPercent || isOfRows)) {
            report.must(
                    Objects.requireNonNull(entry.at("unit")),
                    RULE,
                    path + ".unit",
                    isOfRows ? "be rows" : "be rows or percent");
            return null;
        }
        for (Quality.Operator operator : Quality.Operator.values()) {
            Node given = entry.at(operator.toString());
            if (given != null) {
                List<Node> bounds = given instanceof Sequence list ? list.items() : List.of(given);
                List<BigDecimal> numbers = bounds.stream()
                        .filter(bound -> bound instanceof Scalar scalar && scalar.isNumber())
                        .map(bound -> ((Scalar) bound).number())
                        .sorted()
                        .toList();
                if (numbers.size() != (operator.isOfTwo() ? 2 : 1)) {
                    report.must(
                            given, RULE, path + "." + operator, operator.isOfTwo() ? "be two numbers" : "be a number");
                    return null;
                }
                return new Quality.Demand(
                        operator,
                        numbers.get(0),
                        operator.isOfTwo() ? numbers.get(1) : null,
                        isPercent ? Quality.Unit.PERCENT : Quality.Unit.ROWS);
            }
        }
        return null; // the standard's form has said so
    }

    private Quality.@Nullable Measure misplaced(Scalar metric, String path, String what) {
        report.must(metric, RULE, path + ".metric", what);
        return null;
    }

    private Quality.@Nullable Measure without(Mapping entry, String path, String what) {
        report.add(entry.line(), RULE, "'" + path + "' must " + what + " but did not");
        return null;
    }

    private static boolean isPattern(String text) {
        try {
            Pattern.compile(text);
            return text.length() <= MAX_PATTERN;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    /** Empty where it is absent or no single value. */
    private static String text(@Nullable Node node) {
        return node instanceof Scalar scalar ? scalar.text() : "";
    }
}
