package io.fedmesh.sample;

import java.sql.SQLException;

/** What happens to invoices: they come, are approved, paid or void, and some are deleted. */
final class InvoiceSteps {
    private static final String INSERT = Sql.of("""
            insert into financials.invoice
            select {INVOICE_ID}, {PROJECT_ID project}, {CONTRACTOR_ID contractor}, {MONEY}, 'submitted',
              date '2026-01-31' + (n % 300)::integer, null, {NOW}
            from (select n, ?::bigint + n % ? as project, ?::bigint + n % ? as contractor
              from generate_series(?, ? - 1) n) s""");
    private static final String UPDATE = Sql.of("""
            update financials.invoice
            set status = case (n + moment) % 5 when 0 then 'void' when 1 then 'approved' else 'paid' end,
              paid_at = case when (n + moment) % 5 > 1 then {NOW} end,
              amount = case when (n + moment) % 7 = 0 then amount + 10.10 else amount end, updated_at = {NOW}
            from (select {INVOICE_ID} as id, n, ?::bigint as moment from generate_series(?, ? - 1) n) s
            where invoice_id = id""");
    private static final String REASSIGN = Sql.of("""
            update financials.invoice set project_id = {PROJECT_ID project}, updated_at = {NOW}
            from (select {INVOICE_ID} as id, ?::bigint as project from generate_series(?, ? - 1) n) s
            where invoice_id = id""");
    private static final String DELETE = Sql.of("delete from financials.invoice using"
            + " (select {INVOICE_ID} as id from generate_series(?, ? - 1) n) s where invoice_id = id");

    private InvoiceSteps() {}

    static long insert(Lane lane) throws SQLException {
        Block block = Numbers.INVOICE.take(lane.connection, lane.batch);
        lane.invoices.add(block);
        return Sql.run(
                lane.connection,
                INSERT,
                lane.tick(),
                lane.allProjects.from(),
                lane.allProjects.size(),
                lane.allContractors.from(),
                lane.allContractors.size(),
                block.from(),
                block.to());
    }

    static long update(Lane lane) throws SQLException {
        if (lane.invoices.isEmpty()) {
            return 0;
        }
        Block window = lane.invoices.any(lane.random).window(lane.batch, lane.random);
        long tick = lane.tick();
        return Sql.run(lane.connection, UPDATE, tick, tick, tick, window.from(), window.to());
    }

    /** Invoices move to another project: what is added up there is taken away here. */
    static long reassign(Lane lane) throws SQLException {
        if (lane.invoices.isEmpty()) {
            return 0;
        }
        Block window = lane.invoices.any(lane.random).window(Math.max(1, lane.batch / 4), lane.random);
        long project = lane.allProjects.window(1, lane.random).from();
        return Sql.run(lane.connection, REASSIGN, lane.tick(), project, window.from(), window.to());
    }

    static long delete(Lane lane) throws SQLException {
        if (lane.invoices.isEmpty()) {
            return 0;
        }
        Block block = lane.invoices.any(lane.random);
        Block window = block.window(Math.max(1, lane.batch / 3), lane.random);
        if (window.equals(block)) {
            lane.invoices.remove(block);
        }
        return Sql.run(lane.connection, DELETE, window.from(), window.to());
    }
}
