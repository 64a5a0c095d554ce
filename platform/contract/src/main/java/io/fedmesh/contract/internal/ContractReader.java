package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.exactly;
import static io.fedmesh.contract.internal.Shape.notBlank;

import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One contract file on its own: the standard's form, then our rules. What needs other files comes after. */
final class ContractReader {
    private static final Set<String> PROPERTY_KEYS = Set.of("name", "quality");

    private final ProductName name;
    private final Mapping file;
    private final FileReport report;

    private ContractReader(ProductName name, Mapping file, FileReport report) {
        this.name = name;
        this.file = file;
        this.report = report;
    }

    static ContractDraft read(ProductName name, Mapping file, FileReport report) {
        OdcsFormat.DOCUMENT.check(file, "", report);
        return new ContractReader(name, file, report).read();
    }

    private ContractDraft read() {
        require(file, "apiVersion", "apiVersion", exactly("v3.1.0"));
        require(file, "id", "id", exactly(name.toString()));
        require(file, "domain", "domain", exactly(name.domain()));
        require(file, "dataProduct", "dataProduct", exactly(name.product()));
        require(file, "name", "name", notBlank());
        Scalar version = require(file, "version", "version", Rules.SEMANTIC_VERSION);
        Scalar status = require(file, "status", "status", Rules.STATUS);
        Mapping description = requireMap("description");
        if (description != null) {
            OdcsFormat.DESCRIPTION.check(description, "description", report);
        }
        Scalar purpose =
                description == null ? null : require(description, "purpose", "description.purpose", notBlank());
        Located<TopicName> topic = topic();
        if (topic != null
                && version != null
                && !version.text().startsWith(topic.value().major() + ".")) {
            report.must(
                    version,
                    "version",
                    "version",
                    "begin with the topic's major version " + topic.value().major());
        }
        Map<String, Node> custom = customProperties();
        checkOrigin(custom, topic);
        return new ContractDraft(
                name, file, report, version, status, purpose, owner(), topic, custom, ServiceLevels.read(file, report));
    }

    /** The topic that the one schema object names. */
    private @Nullable Located<TopicName> topic() {
        if (!(file.at("schema") instanceof Sequence schemas)) {
            report.missing(file.line(), "schema");
            return null;
        }
        if (schemas.items().size() != 1 || !(schemas.items().get(0) instanceof Mapping object)) {
            report.add(
                    file.lineOf("schema"),
                    "schema",
                    "'schema' must hold one object but held " + schemas.items().size());
            return null;
        }
        require(object, "name", "schema[0].name", exactly(name.product()));
        checkProperties(object);
        Scalar topic = require(object, "physicalName", "schema[0].physicalName", notBlank());
        return topic == null ? null : topic(topic);
    }

    /** Fields are written once, in the Avro schema; here stands only what that has no word for. */
    private void checkProperties(Mapping object) {
        Node properties = object.at("properties");
        if (properties == null) {
            return;
        }
        List<Node> items = properties instanceof Sequence list ? list.items() : List.of();
        if (items.isEmpty()) {
            report.add(
                    object.lineOf("properties"),
                    "schema",
                    "'schema[0].properties' must be left out, for fields are written once, in the Avro schema, but was given");
        }
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping property) {
                for (Map.Entry<String, Node.Entry> given : property.entries().entrySet()) {
                    if (!PROPERTY_KEYS.contains(given.getKey())) {
                        report.add(
                                given.getValue().line(),
                                "schema",
                                "'schema[0].properties[" + i + "]' must have 'name' and 'quality' alone, for fields are"
                                        + " written once, in the Avro schema, but had '"
                                        + Scalar.printable(given.getKey()) + "'");
                    }
                }
            }
        }
    }

    private @Nullable Located<TopicName> topic(Scalar text) {
        TopicName topic;
        try {
            topic = TopicName.parse(text.text());
        } catch (IllegalArgumentException e) {
            report.add(text.line(), "name", Scalar.sentence(String.valueOf(e.getMessage())));
            return null;
        }
        if (!topic.productName().equals(name)) {
            report.must(
                    text,
                    "name",
                    "schema[0].physicalName",
                    "name the topic of " + name.domain() + " and " + name.product());
        }
        return new Located<>(topic, text.line());
    }

    /** The one member of the team whose role is owner. */
    private @Nullable String owner() {
        Mapping team = requireMap("team");
        if (team == null) {
            return null;
        }
        List<Mapping> owners = team.at("members") instanceof Sequence members
                ? members.items().stream()
                        .filter(Mapping.class::isInstance)
                        .map(Mapping.class::cast)
                        .filter(m -> m.at("role") instanceof Scalar role
                                && role.text().equals("owner"))
                        .toList()
                : List.of();
        if (owners.size() != 1) {
            report.add(
                    file.lineOf("team"),
                    "owner",
                    "'team.members' must have one member with the role 'owner' but had " + owners.size());
            return null;
        }
        Scalar owner = require(owners.get(0), "username", "team.members.username", Rules.SUBJECT);
        return owner == null ? null : owner.text();
    }

    /** By name, each of the right form; others are refused. */
    private Map<String, Node> customProperties() {
        Map<String, Node> values = new LinkedHashMap<>();
        if (file.at("customProperties") instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Mapping property && property.at("property") instanceof Scalar named) {
                    take(named, property.at("value"), values);
                }
            }
        }
        for (String key : List.of("costCentre", "key", "retention", "partitions")) {
            if (!values.containsKey(key)) {
                report.missing(file.lineOf("customProperties"), path(key));
            }
        }
        return values;
    }

    private void take(Scalar named, @Nullable Node value, Map<String, Node> values) {
        Shape shape = Rules.CUSTOM_PROPERTIES.get(named.text());
        if (shape == null) {
            report.must(
                    named,
                    "unknown-key",
                    "customProperties.property",
                    "be one of " + String.join(", ", Rules.CUSTOM_PROPERTIES.keySet()));
        } else if (value != null && values.putIfAbsent(named.text(), value) != null) {
            report.add(
                    named.line(),
                    "duplicate-key",
                    "'" + path(named.text()) + "' must be given once but was given again");
        } else if (value != null) {
            shape.check(value, path(named.text()), report);
        }
    }

    private void checkOrigin(Map<String, Node> custom, @Nullable Located<TopicName> topic) {
        int line = file.lineOf("customProperties");
        boolean captured = custom.containsKey("source");
        boolean derived = custom.containsKey("topology");
        if (captured == derived) {
            report.add(
                    line,
                    "origin",
                    "'customProperties' must have either 'source' or 'topology' but had "
                            + (captured ? "both" : "neither"));
            return;
        }
        if (derived && !custom.containsKey("inputs")) {
            report.missing(line, path("inputs"));
        }
        if (captured) {
            for (String key : List.of("inputs", "derivedFrom", "declassifications", "reconcileSql")) {
                Node value = custom.get(key);
                if (value != null) {
                    report.add(
                            value.line(),
                            "origin",
                            "'" + path(key) + "' must be left out beside 'source' but was given");
                }
            }
        }
        TopicName.Kind kind = captured ? TopicName.Kind.STATE : TopicName.Kind.DERIVED;
        if (topic != null && topic.value().kind() != kind) {
            report.add(
                    topic.line(),
                    "topic-kind",
                    "'schema[0].physicalName' must be of kind '" + kind + "', because the product has a "
                            + (captured ? "source" : "topology") + ", but was '"
                            + topic.value().kind() + "'");
        }
    }

    static String path(String customProperty) {
        return "customProperties." + customProperty;
    }

    private @Nullable Mapping requireMap(String key) {
        Node node = file.at(key);
        if (node == null) {
            report.missing(file.line(), key);
        } else if (node instanceof Mapping mapping) {
            return mapping;
        } else {
            report.must(node, "value", key, "be a map");
        }
        return null;
    }

    /** The value where it fits; else null, and the report says why. */
    private @Nullable Scalar require(Mapping map, String key, String path, Shape shape) {
        Node node = map.at(key);
        if (node == null) {
            report.missing(map.line(), path);
            return null;
        }
        shape.check(node, path, report);
        return node instanceof Scalar scalar && shape.fits(node) ? scalar : null;
    }

    /** A value that knows its line. */
    record Located<T>(T value, int line) {}
}
