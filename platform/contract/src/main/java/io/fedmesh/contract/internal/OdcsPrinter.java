package io.fedmesh.contract.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A contract's whole document, from its file and its Avro schema. */
public final class OdcsPrinter {
    private final Map<String, @Nullable Object> document;

    private OdcsPrinter(Map<String, @Nullable Object> document) {
        this.document = document;
    }

    /** Reads the contract's file again for what the contract itself does not keep: team, support, roles and the like. */
    public static OdcsPrinter of(Path root, Contract contract) throws InvalidContractsException {
        Set<Problem> problems = new LinkedHashSet<>();
        FileReport report = new FileReport(contract.file(), problems);
        try {
            Map<String, @Nullable Object> document =
                    YamlReader.read(root.resolve(contract.file()), report).plain();
            Map<?, ?> written = document.get("schema") instanceof List<?> list && list.get(0) instanceof Map<?, ?> map
                    ? map
                    : Map.of();
            document.put("schema", List.of(schema(contract, written)));
            return new OdcsPrinter(document);
        } catch (Unreadable e) {
            e.reportTo(report);
            throw new InvalidContractsException(List.copyOf(problems));
        }
    }

    /** The document as YAML. */
    public String yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndent(4);
        options.setIndicatorIndent(2);
        options.setSplitLines(false);
        return new Yaml(options).dump(document);
    }

    /** The document as JSON. */
    public String json() {
        return json(document);
    }

    static String json(@Nullable Object plain) {
        StringWriter out = new StringWriter();
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
        lines.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        try (JsonGenerator json = new JsonFactory().createGenerator(out).setPrettyPrinter(lines)) {
            write(json, plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.append('\n').toString();
    }

    private static Map<String, @Nullable Object> schema(Contract contract, Map<?, ?> written) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("name", contract.name().product());
        object.put("physicalName", contract.topic().toString());
        object.put("physicalType", "topic");
        object.put("logicalType", "object");
        if (contract.schema().getDoc() != null) {
            object.put("description", contract.schema().getDoc());
        }
        putQuality(object, written);
        List<Object> properties = new ArrayList<>();
        contract.schema().getFields().forEach(field -> {
            Map<String, @Nullable Object> property = property(contract, field);
            if (written.get("properties") instanceof List<?> list) {
                list.stream()
                        .filter(item ->
                                item instanceof Map<?, ?> map && field.name().equals(map.get("name")))
                        .forEach(item -> putQuality(property, (Map<?, ?>) item));
            }
            properties.add(property);
        });
        object.put("properties", properties);
        return object;
    }

    private static void putQuality(Map<String, @Nullable Object> of, Map<?, ?> written) {
        Object quality = written.get("quality");
        if (quality != null) {
            of.put("quality", quality);
        }
    }

    private static Map<String, @Nullable Object> property(Contract contract, Schema.Field field) {
        Map<String, @Nullable Object> property = new LinkedHashMap<>();
        property.put("name", field.name());
        if (field.doc() != null) {
            property.put("description", field.doc());
        }
        boolean optional = field.schema().isUnion();
        putType(property, optional ? field.schema().getTypes().get(1) : field.schema());
        property.put("required", !optional);
        int position = contract.keyFields().indexOf(field.name());
        if (position >= 0) {
            property.put("primaryKey", true);
            property.put("primaryKeyPosition", position + 1);
        }
        Contract.Field protection = contract.fields().get(field.name());
        if (protection != null) {
            property.put("classification", protection.classification().toString());
            if (!protection.tags().isEmpty()) {
                property.put("tags", List.copyOf(new TreeSet<>(protection.tags())));
            }
            if (protection.protection() != Contract.Protection.CLEAR) {
                Map<String, Object> custom = new LinkedHashMap<>();
                custom.put("property", "protection");
                custom.put("value", protection.protection().toString());
                property.put("customProperties", List.of(custom));
            }
        }
        return property;
    }

    private static void putType(Map<String, @Nullable Object> property, Schema type) {
        if (type.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            property.put("logicalType", "number");
            property.put("physicalType", "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")");
            return;
        }
        if (type.getLogicalType() != null) {
            property.put("logicalType", type.getLogicalType() instanceof LogicalTypes.Date ? "date" : "timestamp");
            property.put("physicalType", type.getLogicalType().getName());
            return;
        }
        property.put(
                "logicalType",
                switch (type.getType()) {
                    case INT, LONG -> "integer";
                    case FLOAT, DOUBLE -> "number";
                    case BOOLEAN -> "boolean";
                    case ARRAY, MAP -> "array";
                    case RECORD, UNION -> "object";
                    case STRING, BYTES, FIXED, ENUM, NULL -> "string";
                });
        property.put("physicalType", type.getType().getName());
        if (type.getType() == Schema.Type.INT || type.getType() == Schema.Type.LONG) {
            property.put("logicalTypeOptions", Map.of("format", type.getType() == Schema.Type.INT ? "i32" : "i64"));
        }
        if (type.getType() == Schema.Type.ARRAY) {
            Map<String, @Nullable Object> items = new LinkedHashMap<>();
            putType(items, type.getElementType());
            property.put("items", items);
        }
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof BigDecimal number) {
            json.writeNumber(number);
        } else if (value instanceof BigInteger number) {
            json.writeNumber(number);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }
}
