package io.fedmesh.domains.financials.topologies;

import io.fedmesh.domains.financials.CostItem;
import io.fedmesh.domains.financials.Invoice;
import io.fedmesh.domains.financials.ProjectCost;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Rows of the domain, made from what matters to a sum. */
final class Rows {
    private Rows() {}

    static CostItem item(String project, int line, String budgeted, @Nullable String actual) {
        return CostItem.newBuilder()
                .setProjectId(project)
                .setLineNo(line)
                .setDescription("concrete")
                .setCategory("material")
                .setBudgeted(new BigDecimal(budgeted))
                .setActual(actual == null ? null : new BigDecimal(actual))
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    static Invoice invoice(String id, String project, String amount, String status) {
        return Invoice.newBuilder()
                .setInvoiceId(id)
                .setProjectId(project)
                .setContractorId("C-1")
                .setAmount(new BigDecimal(amount))
                .setStatus(status)
                .setIssuedOn(LocalDate.EPOCH)
                .setPaidAt(null)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    static ProjectCost cost(
            String project, long items, String budgeted, String actual, long invoices, String invoiced, String paid) {
        return new ProjectCost(
                project,
                items,
                new BigDecimal(budgeted),
                new BigDecimal(actual),
                invoices,
                new BigDecimal(invoiced),
                new BigDecimal(paid));
    }
}
