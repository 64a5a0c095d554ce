package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.access.QueryResult;
import io.fedmesh.access.reconcile.ReconcileReport;
import io.fedmesh.app.internal.localmesh.Figures;
import io.fedmesh.contract.ProductName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    @Test
    void theLastLineIsOneObject() {
        DemoCommand.Outcome outcome = new DemoCommand.Outcome(
                List.of(report("orders.order", 0)),
                Map.of("orders.order", new Figures.Product(120, 0, 850, 2100)),
                new QueryResult(
                        List.of(
                                new QueryResult.Column("region", "VARCHAR"),
                                new QueryResult.Column("total", "DECIMAL(18,2)")),
                        List.of(Arrays.asList("north", new BigDecimal("10.50")), Arrays.asList("south", null)),
                        false));

        assertThat(DemoCommand.json(outcome, 61.26))
                .isEqualTo(
                        "{\"seconds\":61.3,\"products\":[{\"product\":\"orders.order\",\"captured\":120,\"rows\":100,"
                                + "\"missing\":0,\"extra\":0,\"different\":0,\"freshnessP50Ms\":850,\"freshnessP99Ms\":2100}],"
                                + "\"query\":{\"columns\":[\"region\",\"total\"],\"rows\":[[\"north\",10.50],[\"south\",null]]}}");
        assertThat(outcome.isClean()).isTrue();
    }

    @Test
    void oneDifferenceIsEnoughToFail() {
        DemoCommand.Outcome outcome = new DemoCommand.Outcome(
                List.of(report("orders.order", 0), report("orders.line", 1)),
                Map.of(),
                new QueryResult(List.of(), List.of(), false));

        assertThat(outcome.isClean()).isFalse();
    }

    @Test
    void theBarIsFullAtTheEndAndNotBefore() {
        assertThat(LiveView.bar(999, 1000)).isEqualTo("[" + "█".repeat(29) + "░]");
        assertThat(LiveView.bar(1200, 1000)).isEqualTo("[" + "█".repeat(30) + "]");
        assertThat(LiveView.bar(0, 0)).isEqualTo("[" + "░".repeat(30) + "]");
    }

    private static ReconcileReport report(String product, long missing) {
        return new ReconcileReport(
                ProductName.parse(product),
                120,
                100,
                missing,
                0,
                0,
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "0/1",
                Duration.ofSeconds(1));
    }
}
