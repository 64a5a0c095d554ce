package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.time.Clock;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class ProductTablesIT {
    private static final List<String> KEY = List.of("id");

    @Test
    void aTableMovesToANewerContractAndRefusesOneThatItCannotTake() {
        Schema one = schema("{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"size\",\"type\":\"int\"}");
        Schema two = schema("""
                {"name":"id","type":"string"},
                {"name":"added","type":"string","default":"x"},
                {"name":"width","type":"long","aliases":["size"]}
                """);
        Schema three = schema("{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"width\",\"type\":\"string\"}");
        try (EncryptedCatalog catalog = EncryptedCatalog.open(LakeRig.get().newLake(), Clock.systemUTC())) {
            ProductTables tables = new ProductTables(catalog);
            int id = tables.ensure(Samples.contract("tank", one, KEY), true)
                    .schema()
                    .findField("size")
                    .fieldId();
            Table moved = tables.ensure(Samples.contract("tank", two, KEY), true);
            assertThat(moved.schema().findField("width").fieldId()).isEqualTo(id);
            assertThat(moved.schema().findField("width").type()).isEqualTo(Types.LongType.get());
            assertThat(moved.schema().findField("added").isOptional()).isTrue();
            assertThat(moved.schema().findField("size")).isNull();
            assertThatThrownBy(() -> tables.ensure(Samples.contract("tank", three, KEY), true))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessage(
                            "[mesh.drilling.tank_latest] column 'width' must stay or widen but would change from long"
                                    + " to string: publish a new major version of the product");
        }
    }

    private static Schema schema(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Tank\",\"fields\":[" + fields + "]}");
    }
}
