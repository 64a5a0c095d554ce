package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class TableShapeTest {
    private final Contract contract = Samples.contract("well");

    @Test
    void idsFollowTheContractsSchema() {
        Schema latest = TableShape.columns(contract, true);
        assertThat(latest.columns().subList(0, 8))
                .extracting(Types.NestedField::fieldId)
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(latest.findField("depth").type()).isEqualTo(Types.DecimalType.of(12, 2));
        assertThat(latest.findField("updated_at").type()).isEqualTo(Types.TimestampType.withZone());
        assertThat(latest.findField("well_no").isRequired()).isTrue();
        assertThat(latest.findField("mesh_version").isRequired()).isTrue();
    }

    @Test
    void everyEntityColumnOfHistoryIsOptionalAsADeleteHoldsOnlyItsKey() {
        Schema history = TableShape.columns(contract, false);
        assertThat(history.columns().subList(0, 8)).allMatch(Types.NestedField::isOptional);
        assertThat(history.columns().stream().map(Types.NestedField::name))
                .endsWith(
                        "mesh_key",
                        "mesh_op",
                        "mesh_version",
                        "mesh_committed_at",
                        "mesh_txid",
                        "mesh_partition",
                        "mesh_offset");
    }

    @Test
    void boundsOfATaggedColumnAreOffAndEveryTableHasItsDomainsKey() {
        assertThat(TableShape.properties(contract, true))
                .containsEntry("write.metadata.metrics.column.owner_name", "none")
                .containsEntry("encryption.key-id", "domain-drilling")
                .containsEntry("format-version", "3")
                .doesNotContainKey("write.metadata.metrics.column.well_no");
    }

    @Test
    void aKeysTextIsReadBackIntoItsColumns() {
        KeyColumns key = new KeyColumns(TableShape.columns(contract, false), List.of("field_id", "well_no"));
        assertThat(key.values("a\\|b|7")).containsExactly("a|b", 7L);
        assertThat(key.values("a|not a number")).containsExactly("a", null);
        assertThat(key.values("one part")).containsExactly(null, null);
    }

    @Test
    void aPercentileIsRightToAnEighth() {
        Freshness freshness = new Freshness();
        assertThat(freshness.percentile(50)).isEqualTo(-1);
        for (int i = 1; i <= 1_000; i++) {
            freshness.add(i);
        }
        assertThat(freshness.percentile(50)).isBetween(500L, 570L);
        assertThat(freshness.percentile(99)).isBetween(990L, 1_120L);
    }
}
