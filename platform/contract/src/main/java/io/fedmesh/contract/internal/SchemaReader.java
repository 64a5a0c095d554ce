package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.exactly;
import static io.fedmesh.contract.internal.Shape.flag;
import static io.fedmesh.contract.internal.Shape.integerWithin;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.internal.Node.Kind;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An Avro schema file: one flat record of types that the whole way from database to table carries. Every key is known, so
 * no property can name a class to load.
 */
final class SchemaReader {
    static final int MAX_BYTES = 256 * 1024;
    private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Set<String> PLAIN = Set.of("boolean", "int", "long", "bytes", "string");
    private static final Set<String> INEXACT = Set.of("float", "double");
    private static final String TYPES =
            "boolean, int, long, bytes, string, decimal, date, timestamp-micros or an array of one of them";

    private static final Shape RECORD = object().must("type", exactly("record"))
            .must("name", text(Pattern.compile("[A-Z][A-Za-z0-9]{0,100}")))
            .must("namespace", text(Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*){1,20}")))
            .must(
                    "fields",
                    list(
                            object().must("name", text(FIELD_NAME))
                                    .must("type", SchemaReader::type)
                                    .may("doc", text())
                                    .may("default", Shape.any())
                                    .may("aliases", list(text(FIELD_NAME)))
                                    .may("classification", Rules.CLASSIFICATION)
                                    .may("approximate", flag())
                                    .may("confluent:tags", list(text(Pattern.compile("[A-Z][A-Z0-9_]{0,30}")))),
                            1,
                            1000,
                            Uniqueness.ANY))
            .may("doc", text())
            .may("aliases", list(text()));

    private static final Shape DECIMAL = object().must("type", exactly("bytes"))
            .must("logicalType", exactly("decimal"))
            .must("precision", integerWithin(1, 38))
            .may("scale", integerWithin(0, 38));
    private static final Shape DATE = object().must("type", exactly("int")).must("logicalType", exactly("date"));
    private static final Shape TIMESTAMP =
            object().must("type", exactly("long")).must("logicalType", exactly("timestamp-micros"));
    private static final Shape ARRAY = object().must("type", exactly("array")).must("items", SchemaReader::single);

    private SchemaReader() {}

    /** A schema file after its own checks. */
    record Draft(Schema schema, FileReport report, Map<String, Field> fields) {
        int lineOf(String field) {
            Field known = fields.get(field);
            return known == null ? 1 : known.line();
        }
    }

    /** A field: its line, whether null is a value of it, its own classification if it has one, its tags. */
    record Field(int line, boolean optional, @Nullable Classification classification, Set<String> tags) {}

    /** Null where the file is not a schema; the report says why. */
    static @Nullable Draft read(Path path, ProductName product, FileReport report) {
        try {
            String json = TextFile.read(path, MAX_BYTES);
            Mapping file = JsonReader.parse(json);
            RECORD.check(file, "", report);
            checkNames(file, product, report);
            Schema schema = new Schema.Parser(NameValidator.STRICT_VALIDATOR).parse(json);
            if (schema.getType() != Schema.Type.RECORD) {
                return null;
            }
            return new Draft(schema, report, fields(file, report));
        } catch (Unreadable e) {
            e.reportTo(report);
        } catch (AvroRuntimeException e) {
            report.add(
                    1,
                    "avro",
                    "the file must be an Avro schema but: " + Scalar.sentence(String.valueOf(e.getMessage())));
        }
        return null;
    }

    private static void checkNames(Mapping file, ProductName product, FileReport report) {
        String name = Arrays.stream(product.product().split("-", -1))
                .filter(word -> !word.isEmpty())
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
        if (file.at("name") instanceof Scalar given && !given.text().equals(name)) {
            report.must(given, "schema-name", "name", "be '" + name + "'");
        }
        String last = product.namespace();
        if (file.at("namespace") instanceof Scalar given && !given.text().endsWith("." + last)) {
            report.must(given, "schema-name", "namespace", "end with '." + last + "'");
        }
    }

    private static Map<String, Field> fields(Mapping file, FileReport report) {
        Map<String, Field> fields = new LinkedHashMap<>();
        if (file.at("fields") instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Mapping field && field.at("name") instanceof Scalar name) {
                    checkField(name.text(), field, report);
                    fields.put(
                            name.text(),
                            new Field(
                                    field.line(),
                                    field.at("type") instanceof Sequence,
                                    classification(field.at("classification")),
                                    tags(field.at("confluent:tags"))));
                }
            }
        }
        return fields;
    }

    private static void checkField(String name, Mapping field, FileReport report) {
        if (name.startsWith("mesh_")) {
            report.add(
                    field.lineOf("name"),
                    "field-name",
                    "'" + name + "' must not begin with 'mesh_', which the platform's own columns do, but did");
        }
        Node type = field.at("type");
        boolean optional = type instanceof Sequence;
        Node value = field.at("default");
        if (optional && !(value instanceof Scalar given && given.kind() == Kind.NULL)) {
            report.add(
                    field.line(),
                    "optional",
                    "'" + name + "' must have the default null but "
                            + (value == null ? "had none" : "had " + value.shown()));
        }
        if (INEXACT.contains(plainType(type))
                && !(field.at("approximate") instanceof Scalar flag
                        && flag.text().equals("true"))) {
            report.add(
                    field.line(),
                    "exact-number",
                    "'" + name + "' must be a decimal, or say \"approximate\": true, but was '" + plainType(type)
                            + "'");
        }
    }

    private static String plainType(@Nullable Node type) {
        if (type instanceof Sequence union) {
            return plainType(
                    union.items().isEmpty()
                            ? null
                            : union.items().get(union.items().size() - 1));
        }
        if (type instanceof Mapping map) {
            return map.at("items") != null ? plainType(map.at("items")) : plainType(map.at("type"));
        }
        return type instanceof Scalar scalar ? scalar.text() : "";
    }

    /** A single type, a list of them, or one of both with null first. */
    private static void type(Node node, String path, FileReport report) {
        if (node instanceof Sequence union) {
            List<Node> branches = union.items();
            if (branches.size() == 2
                    && branches.get(0) instanceof Scalar first
                    && first.text().equals("null")) {
                type(branches.get(1), path + "[1]", report);
            } else {
                report.add(node.line(), "optional", "'" + path + "' must be [\"null\", a type] but was another union");
            }
        } else if (node instanceof Mapping map
                && map.at("type") instanceof Scalar kind
                && kind.text().equals("array")) {
            ARRAY.check(node, path, report);
        } else {
            single(node, path, report);
        }
    }

    private static void single(Node node, String path, FileReport report) {
        if (node instanceof Scalar scalar && (PLAIN.contains(scalar.text()) || INEXACT.contains(scalar.text()))) {
            return;
        }
        if (node instanceof Mapping map && map.at("logicalType") instanceof Scalar logical) {
            switch (logical.text()) {
                case "decimal" -> {
                    DECIMAL.check(node, path, report);
                    checkScale(map, path, report);
                }
                case "date" -> DATE.check(node, path, report);
                case "timestamp-micros" -> TIMESTAMP.check(node, path, report);
                default -> report.must(logical, "type", path, "be " + TYPES);
            }
            return;
        }
        report.must(node, "type", path, "be " + TYPES);
    }

    private static void checkScale(Mapping decimal, String path, FileReport report) {
        if (decimal.at("scale") instanceof Scalar scale
                && decimal.at("precision") instanceof Scalar precision
                && scale.isNumber()
                && precision.isNumber()
                && scale.number().compareTo(precision.number()) > 0) {
            BigDecimal most = precision.number();
            report.must(scale, "value", path + ".scale", "be at most the precision " + most.toPlainString());
        }
    }

    private static @Nullable Classification classification(@Nullable Node node) {
        if (node instanceof Scalar scalar) {
            for (Classification classification : Classification.values()) {
                if (classification.toString().equals(scalar.text())) {
                    return classification;
                }
            }
        }
        return null;
    }

    private static Set<String> tags(@Nullable Node node) {
        Set<String> tags = new LinkedHashSet<>();
        if (node instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Scalar tag) {
                    tags.add(tag.text());
                }
            }
        }
        return tags;
    }
}
