package io.fedmesh.domains.financials.topologies;

import static io.fedmesh.domains.financials.topologies.Rows.cost;
import static io.fedmesh.domains.financials.topologies.Rows.invoice;
import static io.fedmesh.domains.financials.topologies.Rows.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.domains.financials.CostItem;
import io.fedmesh.domains.financials.Invoice;
import io.fedmesh.domains.financials.ProjectCost;
import io.fedmesh.stream.ProductTopology;
import io.fedmesh.stream.Topic;
import io.fedmesh.stream.Topics;
import io.fedmesh.testkit.Perturbation;
import io.fedmesh.testkit.Repository;
import io.fedmesh.testkit.TopologyHarness;
import io.fedmesh.testkit.TopologyHarness.Written;
import io.fedmesh.wire.Op;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProjectCostTopologyTest {
    private final TopologyHarness mesh = TopologyHarness.of(new FinancialsDomain(), "project-cost");

    @AfterEach
    void close() {
        mesh.close();
    }

    @Test
    void itemsAndInvoicesOfAProjectAddUp() {
        mesh.put(item("P-1", 1, "100.00", "40.00"));
        mesh.put(item("P-1", 2, "50.50", null));
        mesh.put(invoice("i-1", "P-1", "30.00", "paid"));
        mesh.put(invoice("i-2", "P-1", "12.00", "approved"));
        mesh.put(invoice("i-3", "P-1", "7.00", "void"));

        assertThat(table())
                .containsExactlyEntriesOf(Map.of("P-1", cost("P-1", 2, "150.50", "40.00", 3, "42.00", "30.00")));
    }

    @Test
    void everyFieldDependsOnWhatTheContractNamesAndOnNothingElse() {
        Map<String, Set<String>> found = Perturbation.dependencies(
                mesh,
                ProjectCost.class,
                List.of(
                        item("P-1", 1, "100.00", "40.00"),
                        item("P-1", 2, "50.50", null),
                        item("P-2", 1, "1.00", "2.00"),
                        invoice("i-1", "P-1", "30.00", "paid"),
                        invoice("i-2", "P-1", "12.00", "approved"),
                        invoice("i-3", "P-2", "7.00", "void")));

        assertThat(Perturbation.undeclared(mesh.plan().product(), found)).isEmpty();
        assertThat(found)
                .containsOnlyKeys("item_count", "budgeted", "actual", "invoice_count", "invoiced", "paid")
                .containsEntry(
                        "invoiced",
                        Set.of(
                                "financials.invoice.project_id",
                                "financials.invoice.amount",
                                "financials.invoice.status"));
    }

    @Test
    void whatAContractKeepsQuietOfIsFound() {
        Map<String, Set<String>> found = Perturbation.dependencies(
                mesh,
                ProjectCost.class,
                List.of(invoice("i-1", "P-1", "30.00", "paid"), invoice("i-2", "P-1", "12.00", "void")));
        Contract quiet = mesh.plan().product();
        Contract.Derived derived = (Contract.Derived) quiet.origin();
        Contract.InputField amount = new Contract.InputField(ProductName.parse("financials.invoice"), "amount");

        assertThat(Perturbation.undeclared(
                        new Contract(
                                quiet.name(),
                                quiet.version(),
                                quiet.status(),
                                quiet.description(),
                                quiet.owner(),
                                quiet.costCentre(),
                                quiet.topic(),
                                quiet.schema(),
                                quiet.keyFields(),
                                quiet.fields(),
                                new Contract.Derived(
                                        derived.topology(),
                                        derived.inputs(),
                                        null,
                                        Map.of("paid", List.of(amount)),
                                        List.of()),
                                quiet.sla(),
                                quiet.retention(),
                                quiet.partitions(),
                                quiet.file()),
                        found))
                .containsExactly("paid of financials.invoice.project_id", "paid of financials.invoice.status");
    }

    @Test
    void aChangedItemTakesItsOldAmountBack() {
        mesh.put(item("P-1", 1, "100.00", "40.00"));
        mesh.put(item("P-1", 1, "80.00", null));

        assertThat(table()).containsExactlyEntriesOf(Map.of("P-1", cost("P-1", 1, "80.00", "0.00", 0, "0.00", "0.00")));
    }

    @Test
    void aDeletedItemTakesItsAmountBack() {
        mesh.put(item("P-1", 1, "100.00", "40.00"));
        mesh.put(item("P-1", 2, "1.00", "2.00"));
        mesh.delete(item("P-1", 1, "100.00", "40.00"));

        assertThat(table()).containsExactlyEntriesOf(Map.of("P-1", cost("P-1", 1, "1.00", "2.00", 0, "0.00", "0.00")));
    }

    @Test
    void aProjectWithoutItemsAndInvoicesHasNoRow() {
        mesh.put(item("P-1", 1, "100.00", "40.00"));
        mesh.put(invoice("i-1", "P-1", "30.00", "void"));
        mesh.delete(item("P-1", 1, "100.00", "40.00"));
        assertThat(table()).containsExactlyEntriesOf(Map.of("P-1", cost("P-1", 0, "0.00", "0.00", 1, "0.00", "0.00")));

        mesh.delete(invoice("i-1", "P-1", "30.00", "void"));
        List<Written<ProjectCost>> last = mesh.written(ProjectCost.class);

        assertThat(last).hasSize(1);
        assertThat(last.get(0).value()).isNull();
        assertThat(last.get(0).headers().op()).isEqualTo(Op.DELETE);
    }

    @Test
    void anUpdateThatChangesNoSumIsNotPublishedAgain() {
        mesh.put(invoice("i-1", "P-1", "30.00", "submitted"));
        mesh.put(item("P-1", 1, "100.00", "40.00"));
        assertThat(mesh.written(ProjectCost.class)).hasSize(2);

        mesh.put(invoice("i-1", "P-1", "30.00", "approved"));
        mesh.put(item("P-1", 1, "100.00", "40.00"));

        assertThat(mesh.written(ProjectCost.class)).isEmpty();
    }

    @Test
    void anInvoiceThatMovesTakesItsAmountAlong() {
        mesh.put(invoice("i-1", "P-1", "30.00", "paid"));
        mesh.put(invoice("i-2", "P-1", "5.00", "submitted"));
        mesh.put(invoice("i-1", "P-2", "30.00", "paid"));

        assertThat(table())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "P-1", cost("P-1", 0, "0.00", "0.00", 1, "5.00", "0.00"),
                        "P-2", cost("P-2", 0, "0.00", "0.00", 1, "30.00", "30.00")));
    }

    @Test
    void anInvoiceThatBecomesVoidCountsButAddsNothing() {
        mesh.put(invoice("i-1", "P-1", "30.00", "paid"));
        mesh.put(invoice("i-1", "P-1", "30.00", "void"));

        assertThat(table()).containsExactlyEntriesOf(Map.of("P-1", cost("P-1", 0, "0.00", "0.00", 1, "0.00", "0.00")));
    }

    @Test
    void everyEventHasHeadersOfItsOwn() {
        mesh.put(item("P-1", 1, "100.00", "40.00"));
        mesh.put(item("P-1", 1, "100.00", "41.00"));

        List<Written<ProjectCost>> events = mesh.written(ProjectCost.class);

        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.headers().source()).isEqualTo("/financials/project-cost");
            assertThat(event.headers().type()).isEqualTo("financials.project-cost.v1");
            assertThat(event.headers().subject()).isEqualTo("P-1");
            assertThat(event.headers().op()).isEqualTo(Op.UPDATE);
            assertThat(event.headers().classification()).isEqualTo(Classification.CONFIDENTIAL);
            assertThat(event.headers().version()).isNull();
            assertThat(event.headers().transaction()).isNull();
            assertThat(event.all().headers("ce_id")).hasSize(1);
            assertThat(event.all().headers("mesh_key")).isEmpty();
            assertThat(event.all().headers("traceparent")).hasSize(1);
        });
        assertThat(events.get(1).headers().time()).isEqualTo(Instant.parse("2026-01-01T00:00:02.123456Z"));
        assertThat(events.get(1).timestamp())
                .isEqualTo(Instant.parse("2026-01-01T00:00:02.123Z").toEpochMilli());
        assertThat(events.stream()
                        .map(e -> TopologyHarness.header(e.all(), "ce_id"))
                        .distinct())
                .hasSize(2);
    }

    @Test
    void aPoisonRecordIsRejectedAndTheRestGoesOn() {
        mesh.put(item("P-1", 1, "100.00", "40.00"));
        byte[] poison = {0, 0, 0, 0, 1, 42};
        mesh.putRaw(CostItem.class, "P-1|2", poison);
        mesh.put(item("P-1", 3, "1.00", "1.00"));

        List<TestRecord<byte[], byte[]>> rejected = mesh.rejected();

        assertThat(rejected).hasSize(1);
        assertThat(rejected.get(0).value()).isEqualTo(poison);
        assertThat(rejected.get(0).key()).asString(StandardCharsets.UTF_8).isEqualTo("P-1|2");
        assertThat(TopologyHarness.header(rejected.get(0).headers(), "mesh_rejected_topic"))
                .isEqualTo("financials.protected.cost-item.state.v1");
        assertThat(TopologyHarness.header(rejected.get(0).headers(), "mesh_rejected_offset"))
                .isEqualTo("1");
        assertThat(TopologyHarness.header(rejected.get(0).headers(), "mesh_rejected_by"))
                .isEqualTo("stream");
        assertThat(TopologyHarness.header(rejected.get(0).headers(), "ce_subject"))
                .isEqualTo("P-1|2");
        assertThat(table())
                .containsExactlyEntriesOf(Map.of("P-1", cost("P-1", 2, "101.00", "41.00", 0, "0.00", "0.00")));
    }

    @Test
    void anOutageOfTheRegistryHoldsThePositionAndRejectsNothing() {
        mesh.registry().goDown();
        byte[] unread = {0, 0, 0, 0, 1, 42};

        assertThatThrownBy(() -> mesh.putRaw(CostItem.class, "P-1|2", unread))
                .hasRootCauseMessage("[registry] must be up but is down");
        assertThat(mesh.rejected()).isEmpty();
    }

    @Test
    void whatABugThrowsHoldsNoValueOfTheRecord() {
        ProductTopology buggy = new ProductTopology() {
            @Override
            public String name() {
                return "project-cost";
            }

            @Override
            public void build(StreamsBuilder builder, Topics topics) {
                Topic<CostItem> items = topics.input(CostItem.class);
                Topic<Invoice> invoices = topics.input(Invoice.class);
                Topic<ProjectCost> costs = topics.output(ProjectCost.class);
                builder.stream(invoices.name(), invoices.consumed("invoice"))
                        .foreach((key, invoice) -> {}, Named.as("nothing"));
                builder.stream(items.name(), items.consumed("item"))
                        .<ProjectCost>mapValues(
                                item -> {
                                    throw new UnsupportedOperationException(item.toString());
                                },
                                Named.as("bug"))
                        .to(costs.name(), costs.produced("cost"));
            }
        };
        try (TopologyHarness broken = TopologyHarness.of(buggy, "financials", Repository.contracts())) {
            assertThatThrownBy(() -> broken.put(item("P-4711", 1, "1.00", "1.00")))
                    .hasRootCauseMessage("[stream] the processor 'bug' must not fail but threw"
                            + " java.lang.UnsupportedOperationException")
                    .hasStackTraceContaining("ProjectCostTopologyTest")
                    .satisfies(thrown -> assertThat(stackTrace(thrown)).doesNotContain("4711"));
        }
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void anyHistoryEndsWithTheSumsOfTheRowsThatAreLeft() {
        for (int seed = 1; seed <= 10; seed++) {
            try (TopologyHarness fresh = TopologyHarness.of(new FinancialsDomain(), "project-cost")) {
                Map<String, CostItem> items = new HashMap<>();
                Map<String, Invoice> invoices = new HashMap<>();
                change(new Random(seed), fresh, items, invoices);

                assertThat(table(fresh)).as("seed %d", seed).isEqualTo(expected(items, invoices));
            }
        }
    }

    private static void change(
            Random random, TopologyHarness mesh, Map<String, CostItem> items, Map<String, Invoice> invoices) {
        for (int i = 0; i < 200; i++) {
            String project = "P-" + random.nextInt(4);
            if (random.nextBoolean()) {
                String actual = random.nextInt(3) == 0 ? null : amount(random);
                CostItem item = item(project, random.nextInt(5), amount(random), actual);
                String key = item.getProjectId() + "|" + item.getLineNo();
                if (random.nextInt(3) > 0) {
                    items.put(key, item);
                    mesh.put(item);
                } else {
                    items.remove(key);
                    mesh.delete(item);
                }
            } else {
                String status = List.of("submitted", "approved", "paid", "void").get(random.nextInt(4));
                Invoice invoice = invoice("i-" + random.nextInt(8), project, amount(random), status);
                if (random.nextInt(3) > 0) {
                    invoices.put(invoice.getInvoiceId(), invoice);
                    mesh.put(invoice);
                } else {
                    invoices.remove(invoice.getInvoiceId());
                    mesh.delete(invoice);
                }
            }
        }
    }

    /** As the contract's SQL says it: group by project, full join. */
    private static Map<String, ProjectCost> expected(Map<String, CostItem> items, Map<String, Invoice> invoices) {
        Set<String> projects = new TreeSet<>();
        items.values().forEach(item -> projects.add(item.getProjectId()));
        invoices.values().forEach(invoice -> projects.add(invoice.getProjectId()));
        Map<String, ProjectCost> costs = new TreeMap<>();
        for (String project : projects) {
            List<CostItem> own = items.values().stream()
                    .filter(item -> item.getProjectId().equals(project))
                    .toList();
            List<Invoice> sent = invoices.values().stream()
                    .filter(invoice -> invoice.getProjectId().equals(project))
                    .toList();
            costs.put(
                    project,
                    cost(
                            project,
                            own.size(),
                            sum(own.stream().map(CostItem::getBudgeted).toList()),
                            sum(own.stream()
                                    .map(CostItem::getActual)
                                    .filter(a -> a != null)
                                    .toList()),
                            sent.size(),
                            sum(sent.stream()
                                    .filter(invoice -> !invoice.getStatus().equals("void"))
                                    .map(Invoice::getAmount)
                                    .toList()),
                            sum(sent.stream()
                                    .filter(invoice -> invoice.getStatus().equals("paid"))
                                    .map(Invoice::getAmount)
                                    .toList())));
        }
        return costs;
    }

    private static String sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(new BigDecimal("0.00"), BigDecimal::add).toPlainString();
    }

    private Map<String, ProjectCost> table() {
        return table(mesh);
    }

    private static Map<String, ProjectCost> table(TopologyHarness mesh) {
        Map<String, ProjectCost> table = new TreeMap<>();
        Set<@Nullable String> ids = new HashSet<>();
        for (Written<ProjectCost> event : mesh.written(ProjectCost.class)) {
            assertThat(ids.add(TopologyHarness.header(event.all(), "ce_id")))
                    .as("ce_id is used once")
                    .isTrue();
            if (event.value() == null) {
                table.remove(event.key());
            } else {
                table.put(event.key(), event.value());
            }
        }
        return table;
    }

    private static String amount(Random random) {
        return BigDecimal.valueOf(random.nextInt(1_000_000), 2).toPlainString();
    }
}
