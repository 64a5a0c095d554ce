package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class SchemaEvolutionTest {
    @Test
    void whatIsWithinRecordsArraysAndMapsMovesAsTheFieldsDo() {
        Schema one = schema("""
                {"name":"id","type":"string"},
                {"name":"at","type":{"type":"record","name":"At","fields":[
                  {"name":"x","type":"int"},{"name":"gone","type":"string"}]}},
                {"name":"parts","type":{"type":"array","items":{"type":"record","name":"Part","fields":[
                  {"name":"n","type":"int"}]}}},
                {"name":"by_name","type":{"type":"map","values":"int"}}
                """);
        Schema two = schema("""
                {"name":"by_name","type":{"type":"map","values":["null","long"]}},
                {"name":"parts","type":{"type":"array","items":{"type":"record","name":"Part","fields":[
                  {"name":"unit","type":"string","default":"m"},{"name":"count","type":"long","aliases":["n"]}]}}},
                {"name":"at","type":["null",{"type":"record","name":"At","fields":[
                  {"name":"y","type":["null","int"],"default":null},{"name":"east","type":"int","aliases":["x"]}]}],
                  "default":null},
                {"name":"id","type":"string"}
                """);
        Table table = table(one);
        org.apache.iceberg.Schema before = table.schema();
        evolve(table, two);
        org.apache.iceberg.Schema after = table.schema();
        assertThat(after.findField("at.east").fieldId())
                .isEqualTo(before.findField("at.x").fieldId());
        assertThat(after.findField("at").isOptional()).isTrue();
        assertThat(after.findField("at.gone").isOptional()).isTrue();
        assertThat(after.findField("at.y").isOptional()).isTrue();
        assertThat(after.findField("parts.element.count").fieldId())
                .isEqualTo(before.findField("parts.element.n").fieldId());
        assertThat(after.findField("parts.element.count").type()).isEqualTo(Types.LongType.get());
        assertThat(after.findField("parts.element.unit").initialDefault()).isEqualTo("m");
        assertThat(after.findField("by_name.value").isOptional()).isTrue();
        assertThat(after.findField("by_name.value").type()).isEqualTo(Types.LongType.get());
        int schemas = table.schemas().size();
        evolve(table, two);
        assertThat(table.schemas()).hasSize(schemas);
    }

    @Test
    void anAddedFieldIsOptionalAndOlderRowsHaveItsDefault() {
        Table table = table(schema("{\"name\":\"id\",\"type\":\"string\"}"));
        evolve(table, schema("""
                {"name":"id","type":"string"},
                {"name":"text","type":"string","default":"x"},
                {"name":"number","type":"long","default":5},
                {"name":"day","type":{"type":"int","logicalType":"date"},"default":7},
                {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"},"default":1000001},
                {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2},"default":"\\u0001"},
                {"name":"flag","type":"boolean","default":true},
                {"name":"list","type":{"type":"array","items":"string"},"default":[]},
                {"name":"nothing","type":["null","int"],"default":null}
                """));
        assertThat(table.schema().columns().subList(2, 10))
                .allMatch(Types.NestedField::isOptional)
                .extracting(Types.NestedField::initialDefault)
                .containsExactly("x", 5L, 7, 1_000_001L, new java.math.BigDecimal("0.01"), true, null, null);
    }

    @Test
    void aChangeThatTheColumnsCannotTakeIsRefusedAndChangesNothing() {
        Table table = table(schema("""
                {"name":"id","type":"string"},
                {"name":"at","type":{"type":"record","name":"At","fields":[{"name":"x","type":"long"}]}}
                """));
        int schemas = table.schemas().size();
        assertThatThrownBy(() -> evolve(table, schema("""
                {"name":"id","type":"string"},
                {"name":"added","type":"string","default":"x"},
                {"name":"at","type":{"type":"record","name":"At","fields":[{"name":"x","type":"int"}]}}
                """)))
                .isInstanceOf(TableRefusedException.class)
                .hasMessageEndingWith(
                        "column 'at.x' must stay or widen but would change from long to int: publish a new"
                                + " major version of the product");
        assertThatThrownBy(() -> evolve(table, schema("""
                {"name":"id","type":"string"},
                {"name":"at","type":{"type":"map","values":"long"}}
                """)))
                .hasMessageContaining("column 'at' must stay or widen but would change from struct to map");
        table.refresh();
        assertThat(table.schemas()).hasSize(schemas);
    }

    private static Table table(Schema schema) {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("memory", Map.of());
        catalog.createNamespace(Namespace.of("drilling"));
        return catalog.buildTable(
                        TableIdentifier.of("drilling", "tank"),
                        TableShape.columns(Samples.contract("tank", schema, List.of("id")), true))
                .withProperties(Map.of("format-version", "3"))
                .create();
    }

    private static void evolve(Table table, Schema schema) {
        SchemaEvolution.apply(table, TableShape.columns(Samples.contract("tank", schema, List.of("id")), true), schema);
        table.refresh();
    }

    private static Schema schema(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Tank\",\"fields\":[" + fields + "]}");
    }
}
