package io.fedmesh.contract.internal;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.internal.ContractReader.Located;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** What a contract and its Avro schema must say alike: key, columns, protection. */
final class SchemaAgreement {
    private static final String PII = "PII";
    private static final Set<Schema.Type> KEY_TYPES = Set.of(Schema.Type.STRING, Schema.Type.INT, Schema.Type.LONG);

    private SchemaAgreement() {}

    static void check(ContractDraft contract, SchemaReader.Draft schema) {
        checkKey(contract, schema);
        checkColumns(contract, schema);
        checkProtection(contract, schema);
        checkTokens(contract, schema);
        LayoutRules.check(contract, schema);
        QualityRules.check(contract, schema);
        DisclosureRules.check(contract, schema);
    }

    private static void checkKey(ContractDraft contract, SchemaReader.Draft schema) {
        for (Located<String> key : contract.texts("key")) {
            Schema.Field field = schema.schema().getField(key.value());
            if (field == null) {
                contract.report()
                        .add(
                                key.line(),
                                "key",
                                "'customProperties.key' must name a field of "
                                        + schema.report().file() + " but was '" + Scalar.printable(key.value()) + "'");
                continue;
            }
            if (field.schema().isUnion()) {
                contract.report()
                        .add(
                                key.line(),
                                "key",
                                "'customProperties.key' must name a field that is never null but was '" + key.value()
                                        + "'");
                continue;
            }
            LogicalType logical = field.schema().getLogicalType();
            if (!KEY_TYPES.contains(field.schema().getType()) || logical != null) {
                contract.report()
                        .add(
                                key.line(),
                                "key",
                                "'customProperties.key' must name a string, an int or a long but '" + key.value()
                                        + "' was "
                                        + (logical == null
                                                ? field.schema().getType().getName()
                                                : logical.getName()));
            }
        }
    }

    private static void checkColumns(ContractDraft contract, SchemaReader.Draft schema) {
        Mapping source = contract.map("source");
        if (source == null || !(source.at("columns") instanceof Mapping columns)) {
            return;
        }
        String path = "'customProperties.source.columns'";
        Map<String, String> fieldOf = new HashMap<>();
        columns.entries().forEach((field, entry) -> {
            if (!schema.fields().containsKey(field)) {
                contract.report()
                        .add(
                                entry.line(),
                                "columns",
                                path + " must name fields of " + schema.report().file() + " but had '"
                                        + Scalar.printable(field) + "'");
            }
            String other = entry.value() instanceof Scalar column ? fieldOf.putIfAbsent(column.text(), field) : null;
            if (other != null) {
                contract.report()
                        .add(
                                entry.line(),
                                "columns",
                                path + " must use a column once but '" + Scalar.printable(field) + "' and '"
                                        + Scalar.printable(other) + "' share one");
            }
        });
        for (String field : schema.fields().keySet()) {
            if (!columns.entries().containsKey(field)) {
                contract.report()
                        .add(
                                source.lineOf("columns"),
                                "columns",
                                path + " must name a column for every field but had none for '" + field + "'");
            }
        }
    }

    private static void checkProtection(ContractDraft contract, SchemaReader.Draft schema) {
        Classification usual = contract.defaultClassification();
        boolean personal = false;
        for (Map.Entry<String, SchemaReader.Field> entry : schema.fields().entrySet()) {
            SchemaReader.Field field = entry.getValue();
            Classification own = field.classification();
            Classification actual = own != null ? own : usual;
            if (actual == null) {
                schema.report()
                        .add(
                                field.line(),
                                "classification",
                                "'" + entry.getKey()
                                        + "' must have a classification, its own or the contract's default, but had none");
            } else if (field.tags().contains(PII) && actual.compareTo(Classification.CONFIDENTIAL) < 0) {
                schema.report()
                        .add(
                                field.line(),
                                "pii",
                                "'" + entry.getKey()
                                        + "' must be confidential or above, because it is tagged PII, but was '"
                                        + actual + "'");
            }
            personal |= field.tags().contains(PII);
        }
        Scalar subject = contract.scalar("erasureSubject");
        if (subject != null && !schema.fields().containsKey(subject.text())) {
            contract.report()
                    .must(
                            subject,
                            "erasure-subject",
                            "customProperties.erasureSubject",
                            "name a field of " + schema.report().file());
        }
        if (personal && subject == null) {
            contract.report()
                    .add(
                            contract.file().lineOf("customProperties"),
                            "erasure-subject",
                            "'customProperties.erasureSubject' must be given, because a field is tagged PII, but was absent");
        }
    }

    /** A token is a text, made of one; keys name entities everywhere and stay clear, and so must the values of defaults. */
    private static void checkTokens(ContractDraft contract, SchemaReader.Draft schema) {
        List<String> key = contract.texts("key").stream().map(Located::value).toList();
        schema.fields().forEach((name, facts) -> {
            Schema.Field field = schema.schema().getField(name);
            if (facts.protection() != Contract.Protection.TOKENISE || field == null) {
                return;
            }
            List<Schema> types = field.schema().isUnion() ? field.schema().getTypes() : List.of(field.schema());
            for (Schema type : types) {
                if (type.getType() != Schema.Type.STRING && type.getType() != Schema.Type.NULL) {
                    report(schema, facts, name, "be a string, because it is tokenised, but was " + type.getName());
                }
            }
            if (key.contains(name)) {
                report(schema, facts, name, "not be tokenised, because it is part of the key, but was");
            }
            if (!facts.optional() && field.hasDefaultValue()) {
                report(schema, facts, name, "have no default, because it is tokenised, but had one");
            }
        });
    }

    private static void report(SchemaReader.Draft schema, SchemaReader.Field facts, String name, String rule) {
        schema.report().add(facts.line(), "protection", "'" + name + "' must " + rule);
    }
}
