package io.fedmesh.contract.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.OdcsDocument;
import io.fedmesh.contract.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Our description of the Open Data Contract Standard against the standard's own JSON schema, on its examples, on our
 * contracts, on generated documents and on thousands of seeded mutations of all of them.
 */
class OdcsOracleTest {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = 20_261_101L;
    private static final int MUTATIONS = 1_000;

    /** Keys and values that mutations draw from: known ones at wrong places tell more than random ones. */
    private static final List<String> KEYS = List.of(
            "name",
            "id",
            "type",
            "value",
            "property",
            "properties",
            "items",
            "logicalType",
            "logicalTypeOptions",
            "required",
            "physicalName",
            "tags",
            "role",
            "url",
            "from",
            "to",
            "metric",
            "mustBe",
            "mustBeLessThan",
            "mustBeBetween",
            "query",
            "engine",
            "implementation",
            "host",
            "port",
            "description",
            "members",
            "wrong",
            "quality",
            "relationships",
            "format",
            "uniqueItems",
            "minItems",
            "customProperties",
            "server",
            "channel");

    private static final List<String> VALUES = List.of(
            "\"text\"",
            "\"string\"",
            "\"object\"",
            "\"array\"",
            "\"integer\"",
            "\"number\"",
            "\"date\"",
            "\"time\"",
            "\"boolean\"",
            "\"library\"",
            "\"sql\"",
            "\"custom\"",
            "\"rowCount\"",
            "\"a.b\"",
            "\"kafka\"",
            "\"postgres\"",
            "\"s3\"",
            "\"i32\"",
            "\"f64\"",
            "\"foreignKey\"",
            "\"v3.1.0\"",
            "\"v3.2.0\"",
            "\"\"",
            "1",
            "0",
            "-1",
            "1.0",
            "1.5",
            "true",
            "null",
            "[]",
            "{}",
            "[\"a.b\"]",
            "[1, 2]",
            "[1, 1.0]",
            "[\"x\", \"x\"]",
            "[{}]",
            "[{\"name\": \"x\"}]",
            "{\"format\": \"i64\"}",
            "{\"minLength\": 1}",
            "{\"maxItems\": 2}",
            "[{\"url\": \"u\", \"type\": \"t\"}]",
            "[{\"property\": \"p\", \"value\": null}]",
            "[{\"metric\": \"rowCount\", \"mustBe\": 1}]",
            "[{\"type\": \"sql\", \"query\": \"q\", \"mustBe\": [1]}]",
            "[{\"type\": \"custom\", \"engine\": \"e\", \"implementation\": {}}]",
            "[{\"to\": \"a.b\"}]",
            "[{\"server\": \"s\", \"type\": \"kafka\", \"host\": \"h\"}]",
            "[{\"from\": \"a.b\", \"to\": [\"c.d\"]}]");

    private static Schema standard;
    private static final Map<String, JsonNode> DOCUMENTS = new LinkedHashMap<>();

    @BeforeAll
    static void readTheOracle() throws Exception {
        Path folder = ROOT.resolveSibling("shared").resolve("data").resolve("odcs");
        Path schema = folder.resolve("odcs-json-schema-v3.1.0.json");
        assumeTrue(Files.isRegularFile(schema), "skipped: the standard's JSON schema is not at ../shared/data/odcs");
        standard = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
                .getSchema(Files.readString(schema));
        try (Stream<Path> examples = Files.list(folder.resolve("examples"))) {
            for (Path example : examples.sorted().toList()) {
                DOCUMENTS.put(example.getFileName().toString(), json(example));
            }
        }
        Contracts contracts = Contracts.load(ROOT);
        for (Contract contract : contracts.products()) {
            DOCUMENTS.put(contract.file().toString(), json(ROOT.resolve(contract.file())));
            DOCUMENTS.put(
                    "generated " + contract.name(),
                    JSON.readTree(OdcsDocument.of(ROOT, contract).json()));
        }
    }

    @Test
    void everyDocumentFitsTheStandardAndOurDescription() {
        assertThat(DOCUMENTS).hasSizeGreaterThan(15).allSatisfy((name, document) -> {
            assertThat(standard.validate(document)).as(name).isEmpty();
            assertThat(ours(document)).as(name).isEmpty();
        });
    }

    @Test
    void theGeneratedYamlSaysWhatTheGeneratedJsonSays() throws Exception {
        for (Contract contract : Contracts.load(ROOT).products()) {
            OdcsDocument document = OdcsDocument.of(ROOT, contract);
            Set<Problem> problems = new LinkedHashSet<>();
            Node yaml = YamlReader.parse(document.yaml(), new FileReport(Path.of("x"), problems));

            assertThat(JSON.readTree(OdcsPrinter.json(yaml.plain()))).isEqualTo(JSON.readTree(document.json()));
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void aMutatedDocumentGetsTheSameVerdict() throws Exception {
        Random random = new Random(SEED);
        List<JsonNode> documents = new ArrayList<>(DOCUMENTS.values());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            JsonNode document = documents.get(random.nextInt(documents.size())).deepCopy();
            List<String> changes = new ArrayList<>();
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                changes.add(mutate(document, random));
            }
            boolean fits = standard.validate(document).isEmpty();
            assertThat(ours(document).isEmpty())
                    .as(
                            "seed %d, mutation %d: %s; ours: %s; the standard's: %s",
                            SEED, i, changes, ours(document), standard.validate(document))
                    .isEqualTo(fits);
            refused += fits ? 0 : 1;
        }
        assertThat(refused).as("mutations that the standard refuses").isBetween(MUTATIONS / 5, MUTATIONS * 9 / 10);
    }

    private static Set<Problem> ours(JsonNode document) {
        Set<Problem> problems = new LinkedHashSet<>();
        try {
            OdcsFormat.DOCUMENT.check(
                    JsonReader.parse(document.toString()), "", new FileReport(Path.of("x"), problems));
        } catch (Unreadable e) {
            throw new AssertionError(e);
        }
        return problems;
    }

    /** Drops a key, adds one or changes a value, somewhere. */
    private static String mutate(JsonNode document, Random random) throws Exception {
        List<JsonNode> containers = new ArrayList<>();
        collect(document, containers);
        JsonNode at = containers.get(random.nextInt(containers.size()));
        JsonNode value = JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
        if (at instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextInt(3) == 0) {
                array.add(value);
                return "add " + value;
            }
            int index = random.nextInt(array.size());
            array.set(index, value);
            return "set [" + index + "] to " + value;
        }
        ObjectNode object = (ObjectNode) at;
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        int choice = random.nextInt(3);
        if (choice == 0 || names.isEmpty()) {
            String key = KEYS.get(random.nextInt(KEYS.size()));
            object.set(key, value);
            return "put " + key + " " + value + " among " + names;
        }
        String name = names.get(random.nextInt(names.size()));
        if (choice == 1) {
            object.remove(name);
            return "remove " + name + " from " + names;
        }
        object.set(name, value);
        return "change " + name + " to " + value + " among " + names;
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
                collect(children.next(), containers);
            }
        }
    }

    private static JsonNode json(Path yaml) throws Exception {
        Set<Problem> problems = new LinkedHashSet<>();
        Node node = YamlReader.read(yaml, new FileReport(yaml, problems));
        assertThat(problems).isEmpty();
        return JSON.readTree(OdcsPrinter.json(node.plain()));
    }
}
