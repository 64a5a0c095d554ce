package io.fedmesh.domains.portfolio.topologies;

import io.fedmesh.domains.financials.ProjectCost;
import io.fedmesh.domains.portfolio.ProjectHealth;
import io.fedmesh.domains.projects.Project;
import io.fedmesh.stream.ProductTopology;
import io.fedmesh.stream.Topic;
import io.fedmesh.stream.Topics;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

/**
 * How every project stands against its budget: each project joined to what it costs. Both topics have the project's id as
 * key and, by their contracts, as many partitions, so that nothing needs to be moved.
 */
public final class ProjectHealthTopology implements ProductTopology {
    private static final BigDecimal ZERO = new BigDecimal("0.00");
    private static final BigDecimal HUNDRED = new BigDecimal(100);

    @Override
    public String name() {
        return "project-health";
    }

    @Override
    public void build(StreamsBuilder builder, Topics topics) {
        Topic<Project> projects = topics.input(Project.class);
        Topic<ProjectCost> costs = topics.input(ProjectCost.class);
        Topic<ProjectHealth> health = topics.output(ProjectHealth.class);
        KTable<String, ProjectCost> costTable =
                builder.table(costs.name(), costs.consumed("project-cost"), topics.store("costs", ProjectCost.class));
        health.publish(
                builder.table(projects.name(), projects.consumed("project"), topics.store("projects", Project.class))
                        .leftJoin(costTable, ProjectHealthTopology::health, Named.as("join-cost")),
                "project-health");
    }

    private static ProjectHealth health(Project project, @Nullable ProjectCost cost) {
        BigDecimal budget = project.getBudget();
        BigDecimal spent = cost == null ? ZERO : cost.getActual();
        return ProjectHealth.newBuilder()
                .setProjectId(project.getProjectId())
                .setName(project.getName())
                .setAgency(project.getAgency())
                .setStatus(project.getStatus())
                .setBudget(budget)
                .setBudgeted(cost == null ? ZERO : cost.getBudgeted())
                .setSpent(spent)
                .setInvoiced(cost == null ? ZERO : cost.getInvoiced())
                .setRemaining(budget.subtract(spent))
                .setPercentSpent(percent(spent, budget))
                .setOverBudget(spent.compareTo(budget) > 0)
                .setItemCount(cost == null ? 0 : cost.getItemCount())
                .setInvoiceCount(cost == null ? 0 : cost.getInvoiceCount())
                .build();
    }

    private static @Nullable BigDecimal percent(BigDecimal spent, BigDecimal budget) {
        return budget.signum() > 0 ? spent.multiply(HUNDRED).divide(budget, 2, RoundingMode.HALF_UP) : null;
    }
}
