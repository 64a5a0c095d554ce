package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.exactly;
import static io.fedmesh.contract.internal.Shape.flag;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** An Avro schema file: one record of {@link SchemaTypes}. Every key is known, so no property can name a class to load. */
final class SchemaReader {
    static final int MAX_BYTES = 256 * 1024;

    private static final Shape RECORD = object().must("type", exactly("record"))
            .must("name", SchemaTypes.NAME)
            .must("namespace", text(Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*){1,20}")))
            .must(
                    "fields",
                    list(
                            object().must("name", SchemaTypes.FIELD_NAME)
                                    .must("type", SchemaTypes.FIELD)
                                    .may("doc", text())
                                    .may("default", Shape.any())
                                    .may("aliases", list(SchemaTypes.FIELD_NAME))
                                    .may("classification", Rules.CLASSIFICATION)
                                    .may("protection", Rules.PROTECTION)
                                    .may("approximate", flag())
                                    .may("confluent:tags", list(text(Pattern.compile("[A-Z][A-Z0-9_]{0,30}")))),
                            1,
                            1000,
                            Uniqueness.ANY))
            .may("doc", text())
            .may("aliases", list(text()));

    private SchemaReader() {}

    /** A schema file after its own checks. */
    record Draft(Schema schema, FileReport report, Map<String, Field> fields) {
        int lineOf(String field) {
            Field known = fields.get(field);
            return known == null ? 1 : known.line();
        }
    }

    /** A field: its line, whether null is a value of it, its own classification if it has one, tags and protection. */
    record Field(
            int line,
            boolean optional,
            @Nullable Classification classification,
            Set<String> tags,
            Contract.Protection protection) {}

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
                                    tags(field.at("confluent:tags")),
                                    protection(field.at("protection"))));
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
        SchemaTypes.checkDefault(name, field, report);
        String inexact = SchemaTypes.inexact(field.at("type"));
        if (!inexact.isEmpty()
                && !(field.at("approximate") instanceof Scalar flag
                        && flag.text().equals("true"))) {
            report.add(
                    field.line(),
                    "exact-number",
                    "'" + name + "' must be a decimal, or say \"approximate\": true, but was '" + inexact + "'");
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

    private static Contract.Protection protection(@Nullable Node node) {
        boolean isTokenised =
                node instanceof Scalar scalar && scalar.text().equals(Contract.Protection.TOKENISE.toString());
        return isTokenised ? Contract.Protection.TOKENISE : Contract.Protection.CLEAR;
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
