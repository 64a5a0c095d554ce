package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TableRefusedException;
import java.time.Clock;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
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
            assertThat(moved.schema().findField("added").initialDefault()).isEqualTo("x");
        }
    }

    @Test
    void aTokenisedColumnComesWithAFieldAndStaysOne() {
        Contract one = Samples.contract("tank", schema("{\"name\":\"id\",\"type\":\"string\"}"), KEY);
        Schema more = schema("""
                {"name":"id","type":"string"},{"name":"owner","type":["null","string"],"default":null}
                """);
        Contract clear = Samples.versioned(Samples.contract("tank", more, KEY), "1.1.0");
        Contract two = Samples.tokenised(clear, "owner");
        LakeConfig lake = LakeRig.get().newLake();
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake.with(Samples.TOKEN_KEYS), Clock.systemUTC());
                EncryptedCatalog without = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            ProductTables tables = new ProductTables(catalog);
            tables.ensure(one, true);
            Table moved = tables.ensure(two, true);
            assertThat(moved.properties()).containsEntry(TokenColumns.COLUMNS, "owner");
            assertThat(moved.schema().findField("owner")).isNotNull();
            tables.ensure(two, true);
            assertThat(new IcebergTablePort(catalog, two, true).head().snapshotId())
                    .isEqualTo(TablePort.NO_SNAPSHOT);
            assertThatThrownBy(() -> tables.ensure(clear, true))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("column 'owner' must stay tokenised");
            assertThatThrownBy(() -> new IcebergTablePort(catalog, clear, true).head())
                    .isInstanceOf(TableRefusedException.class);
            assertThatThrownBy(() -> new ProductTables(without).ensure(two, true))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("must have a key of tokens");
        }
    }

    @Test
    void aProcessWithAnOlderContractThanTheTableFollowsIsRefused() {
        Schema schema = schema("{\"name\":\"id\",\"type\":\"string\"}");
        try (EncryptedCatalog catalog = EncryptedCatalog.open(LakeRig.get().newLake(), Clock.systemUTC())) {
            ProductTables tables = new ProductTables(catalog);
            Contract older = Samples.versioned(Samples.contract("tank", schema, KEY), "1.2.0");
            tables.ensure(older, true);
            IcebergTablePort port = new IcebergTablePort(catalog, older, true);
            port.head();
            tables.ensure(Samples.versioned(older, "1.10.0"), true);
            assertThatThrownBy(port::head)
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessage("[mesh.drilling.tank_latest] the contract must be of version 1.10.0 or later, which the"
                            + " table follows, but was 1.2.0: start this process with the newer one");
            assertThatThrownBy(() -> tables.ensure(older, true)).isInstanceOf(TableRefusedException.class);
        }
    }

    @Test
    void whetherATableIsAuditedChangesWithTheContractsVersionAlone() {
        Schema schema = schema("{\"name\":\"id\",\"type\":\"string\"}");
        Contract open = Samples.contract("tank", schema, KEY);
        Contract audited = AuditedSinkIT.audited(open);
        try (EncryptedCatalog catalog = EncryptedCatalog.open(LakeRig.get().newLake(), Clock.systemUTC())) {
            ProductTables tables = new ProductTables(catalog);
            tables.ensure(open, true);
            assertThatThrownBy(() -> tables.ensure(audited, true))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessage(
                            "[mesh.drilling.tank_latest] 'writeAuditPublish' must stay false in version 1.0.0 of the"
                                    + " contract, which the table follows, but was true: raise the contract's version with it");
            tables.ensure(Samples.versioned(audited, "1.1.0"), true);
            assertThatThrownBy(() -> tables.ensure(Samples.versioned(open, "1.1.0"), true))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("must stay true in version 1.1.0");
            assertThat(tables.ensure(Samples.versioned(open, "1.2.0"), true).properties())
                    .doesNotContainKey(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED);
        }
    }

    private static Schema schema(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Tank\",\"fields\":[" + fields + "]}");
    }
}
