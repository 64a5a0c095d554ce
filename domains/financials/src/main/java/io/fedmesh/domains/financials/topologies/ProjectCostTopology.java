package io.fedmesh.domains.financials.topologies;

import io.fedmesh.domains.financials.CostItem;
import io.fedmesh.domains.financials.Invoice;
import io.fedmesh.domains.financials.ProjectCost;
import io.fedmesh.stream.ProductTopology;
import io.fedmesh.stream.Topic;
import io.fedmesh.stream.Topics;
import java.math.BigDecimal;
import java.util.Objects;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

/**
 * What a project's cost items and invoices add up to. Both are tables, so that a changed row takes its old amounts back
 * before it adds the new ones, also when it moves to another project. A sum that counts no row is no sum: the project's
 * row is there while one of the two is.
 */
public final class ProjectCostTopology implements ProductTopology {
    private static final BigDecimal ZERO = new BigDecimal("0.00");

    @Override
    public String name() {
        return "project-cost";
    }

    @Override
    public void build(StreamsBuilder builder, Topics topics) {
        Topic<ProjectCost> costs = topics.output(ProjectCost.class);
        costs.publish(
                itemSums(builder, topics)
                        .outerJoin(invoiceSums(builder, topics), ProjectCostTopology::both, Named.as("join-sums")),
                "project-cost");
    }

    private static KTable<String, ProjectCost> itemSums(StreamsBuilder builder, Topics topics) {
        Topic<CostItem> items = topics.input(CostItem.class);
        return builder.table(items.name(), items.consumed("cost-item"), topics.store("cost-items", CostItem.class))
                .groupBy(
                        (key, item) -> KeyValue.pair(item.getProjectId(), item),
                        topics.grouped("items-by-project", CostItem.class))
                .aggregate(
                        ProjectCostTopology::nothing,
                        ProjectCostTopology::add,
                        ProjectCostTopology::subtract,
                        Named.as("sum-items"),
                        topics.store("item-sums", ProjectCost.class));
    }

    private static KTable<String, ProjectCost> invoiceSums(StreamsBuilder builder, Topics topics) {
        Topic<Invoice> invoices = topics.input(Invoice.class);
        return builder.table(invoices.name(), invoices.consumed("invoice"), topics.store("invoices", Invoice.class))
                .groupBy(
                        (key, invoice) -> KeyValue.pair(invoice.getProjectId(), invoice),
                        topics.grouped("invoices-by-project", Invoice.class))
                .aggregate(
                        ProjectCostTopology::nothing,
                        ProjectCostTopology::add,
                        ProjectCostTopology::subtract,
                        Named.as("sum-invoices"),
                        topics.store("invoice-sums", ProjectCost.class));
    }

    private static ProjectCost nothing() {
        return new ProjectCost("", 0L, ZERO, ZERO, 0L, ZERO, ZERO);
    }

    private static ProjectCost add(String project, CostItem item, ProjectCost sum) {
        return items(
                project,
                sum.getItemCount() + 1,
                sum.getBudgeted().add(item.getBudgeted()),
                sum.getActual().add(orZero(item.getActual())));
    }

    private static @Nullable ProjectCost subtract(String project, CostItem item, ProjectCost sum) {
        return sum.getItemCount() == 1
                ? null
                : items(
                        project,
                        sum.getItemCount() - 1,
                        sum.getBudgeted().subtract(item.getBudgeted()),
                        sum.getActual().subtract(orZero(item.getActual())));
    }

    private static ProjectCost add(String project, Invoice invoice, ProjectCost sum) {
        return invoices(
                project,
                sum.getInvoiceCount() + 1,
                sum.getInvoiced().add(invoiced(invoice)),
                sum.getPaid().add(paid(invoice)));
    }

    private static @Nullable ProjectCost subtract(String project, Invoice invoice, ProjectCost sum) {
        return sum.getInvoiceCount() == 1
                ? null
                : invoices(
                        project,
                        sum.getInvoiceCount() - 1,
                        sum.getInvoiced().subtract(invoiced(invoice)),
                        sum.getPaid().subtract(paid(invoice)));
    }

    private static ProjectCost items(String project, long count, BigDecimal budgeted, BigDecimal actual) {
        return new ProjectCost(project, count, budgeted, actual, 0L, ZERO, ZERO);
    }

    private static ProjectCost invoices(String project, long count, BigDecimal invoiced, BigDecimal paid) {
        return new ProjectCost(project, 0L, ZERO, ZERO, count, invoiced, paid);
    }

    /** Items' sums and invoices' sums side by side; one of the two may be missing. */
    private static ProjectCost both(@Nullable ProjectCost items, @Nullable ProjectCost invoices) {
        if (items == null || invoices == null) {
            return items == null ? Objects.requireNonNull(invoices) : items;
        }
        return new ProjectCost(
                items.getProjectId(),
                items.getItemCount(),
                items.getBudgeted(),
                items.getActual(),
                invoices.getInvoiceCount(),
                invoices.getInvoiced(),
                invoices.getPaid());
    }

    private static BigDecimal invoiced(Invoice invoice) {
        return invoice.getStatus().equals("void") ? ZERO : invoice.getAmount();
    }

    private static BigDecimal paid(Invoice invoice) {
        return invoice.getStatus().equals("paid") ? invoice.getAmount() : ZERO;
    }

    private static BigDecimal orZero(@Nullable BigDecimal amount) {
        return amount == null ? ZERO : amount;
    }
}
