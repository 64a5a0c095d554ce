package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.cdc.Capture;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.AuditStatus;
import io.fedmesh.lake.SinkStatus;
import io.fedmesh.lake.UpkeepStatus;
import io.fedmesh.stream.TopologyHealth;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentHealthTest {
    @ParameterizedTest
    @CsvSource({
        "STARTING, STARTING",
        "SNAPSHOT, RUNNING",
        "STREAMING, RUNNING",
        "HOLDING, HOLDING",
        "FAILED, FAILED",
        "STOPPED, STOPPED"
    })
    void aCaptureIsAtWorkWhileItSnapshots(Capture.State capture, Health.State component) {
        assertThat(CaptureComponent.state(capture)).isEqualTo(component);
    }

    @Test
    void oneStoppedProductMakesTheSinkUnreadyButNotDead() {
        Health health = SinkComponent.health(List.of(
                product("orders.order", SinkStatus.State.RUNNING, null),
                product("orders.line", SinkStatus.State.STOPPED, "the table was dropped")));

        assertThat(health).isEqualTo(new Health(Health.State.HOLDING, "orders.line: the table was dropped"));
    }

    @Test
    void aSinkWhoseProductsHaveAllStoppedHasFailed() {
        Health health = SinkComponent.health(List.of(
                product("orders.order", SinkStatus.State.STOPPED, "no such bucket"),
                product("orders.line", SinkStatus.State.STOPPED, "no such bucket")));

        assertThat(health).isEqualTo(new Health(Health.State.FAILED, "orders.order, orders.line: no such bucket"));
    }

    @Test
    void aProductInAnOutageHoldsTheSink() {
        Health health = SinkComponent.health(List.of(
                product("orders.order", SinkStatus.State.HOLDING, "the brokers are away"),
                product("orders.line", SinkStatus.State.STARTING, null)));

        assertThat(health).isEqualTo(new Health(Health.State.HOLDING, "orders.order: the brokers are away"));
    }

    @Test
    void aProductThatARuleKeepsFromReadersIsToldOfAndTheSinkRuns() {
        assertThat(audited(AuditStatus.State.HELD, "'no gap' mustBe 0 but 1 of 2"))
                .isEqualTo(
                        new Health(Health.State.RUNNING, "orders.line is not published: 'no gap' mustBe 0 but 1 of 2"));
    }

    @Test
    void aProductThatCannotBeJudgedHoldsTheSink() {
        assertThat(audited(AuditStatus.State.FAILING, "the bucket is away"))
                .isEqualTo(new Health(Health.State.HOLDING, "orders.line is not published: the bucket is away"));
    }

    private static Health audited(AuditStatus.State state, String message) {
        return SinkComponent.health(List.of(
                product("orders.order", SinkStatus.State.RUNNING, null, AuditStatus.PENDING),
                product("orders.line", SinkStatus.State.RUNNING, null, new AuditStatus(state, message, 1, null))));
    }

    @Test
    void aSinkIsReadyWhenEveryProductRuns() {
        assertThat(SinkComponent.health(List.of(product("orders.order", SinkStatus.State.RUNNING, null))))
                .isEqualTo(Health.of(Health.State.RUNNING));
    }

    @Test
    void upkeepThatCannotKeepAProductHoldsAndSaysWhy() {
        UpkeepStatus well = new UpkeepStatus(ProductName.parse("orders.order"), null, false, null, 0, 0, 0, 0, 0, 0);
        UpkeepStatus refused =
                new UpkeepStatus(ProductName.parse("orders.line"), "a tag would end", true, null, 0, 0, 0, 0, 0, 0);

        assertThat(UpkeepComponent.health(List.of(well))).isEqualTo(Health.of(Health.State.RUNNING));
        assertThat(UpkeepComponent.health(List.of(well, refused)))
                .isEqualTo(new Health(Health.State.HOLDING, "orders.line: a tag would end"));
    }

    @Test
    void aTopologyThatFailedFailsItsProcess() {
        Health health = StreamComponent.health(List.of(
                new TopologyHealth("orders.total", TopologyHealth.State.RUNNING, null),
                new TopologyHealth("orders.sum", TopologyHealth.State.FAILED, "a bug")));

        assertThat(health).isEqualTo(new Health(Health.State.FAILED, "orders.sum: a bug"));
    }

    private static SinkStatus product(String name, SinkStatus.State state, @Nullable String message) {
        return product(name, state, message, null);
    }

    private static SinkStatus product(
            String name, SinkStatus.State state, @Nullable String message, @Nullable AuditStatus audit) {
        return new SinkStatus(
                ProductName.parse(name),
                state,
                message,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                Map.of(),
                Set.of(),
                -1,
                null,
                -1,
                -1,
                audit);
    }
}
