package io.fedmesh.sample;

import io.fedmesh.local.SampleStory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Construction projects under federal contracts: what is built (schema {@code projects}) and what it costs (schema
 * {@code financials}), in one database {@code construction}. Found by {@link java.util.ServiceLoader}.
 */
public final class ConstructionStory implements SampleStory {
    @Override
    public String name() {
        return "construction management for federal contracts";
    }

    @Override
    public String databaseName() {
        return "construction";
    }

    @Override
    public void createSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(ddl());
        }
    }

    @Override
    public Workload start(WorkloadOptions options) {
        return ConstructionWorkload.start(options);
    }

    @Override
    public String demoQuery() {
        return """
                select
                  h.agency,
                  count(*) as projects,
                  sum(h.budget) as budget,
                  sum(h.spent) as spent,
                  max(h.percent_spent) as worst_percent,
                  count(*) filter (where h.over_budget) as over_budget,
                  sum(coalesce(c.paid, 0)) as paid
                from portfolio.project_health_latest h
                join projects.project_latest p using (project_id)
                left join financials.project_cost_latest c using (project_id)
                where not p.archived
                group by h.agency
                order by h.agency
                """;
    }

    static String ddl() {
        try (InputStream in = ConstructionStory.class.getResourceAsStream("construction.sql")) {
            if (in == null) {
                throw new IllegalStateException("construction.sql must lie beside the class but is absent");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
