package io.fedmesh.domains.portfolio.topologies;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.domains.financials.ProjectCost;
import io.fedmesh.domains.portfolio.ProjectHealth;
import io.fedmesh.domains.projects.Project;
import io.fedmesh.testkit.Perturbation;
import io.fedmesh.testkit.TopologyHarness;
import io.fedmesh.testkit.TopologyHarness.Written;
import io.fedmesh.wire.EventCodec;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProjectHealthTopologyTest {
    private final TopologyHarness mesh = TopologyHarness.of(new PortfolioDomain(), "project-health");

    @AfterEach
    void close() {
        mesh.close();
    }

    @Test
    void aProjectWithoutCostsHasZeros() {
        mesh.put(project("P-1", "1000.00"));

        assertThat(table())
                .containsExactlyEntriesOf(Map.of("P-1", health("P-1", "1000.00", null, "1000.00", "0.00", false)));
    }

    @Test
    void everyFieldDependsOnWhatTheContractNamesAndOnNothingElse() {
        Map<String, Set<String>> found = Perturbation.dependencies(
                mesh,
                ProjectHealth.class,
                List.of(
                        project("P-1", "300.00"),
                        project("P-2", "0.00"),
                        project("P-3", "50.00"),
                        cost("P-1", "100.00"),
                        cost("P-2", "1.00")));

        assertThat(Perturbation.undeclared(mesh.plan().product(), found)).isEmpty();
        assertThat(found.keySet()).hasSize(12).doesNotContain("project_id");
    }

    @Test
    void costsAreSetAgainstTheBudget() {
        mesh.put(project("P-1", "300.00"));
        mesh.put(cost("P-1", "100.00"));

        assertThat(table())
                .containsExactlyEntriesOf(
                        Map.of("P-1", health("P-1", "300.00", cost("P-1", "100.00"), "200.00", "33.33", false)));
    }

    @Test
    void aPercentageIsRoundedHalfUpOnce() {
        mesh.put(project("P-1", "800.00"));
        mesh.put(cost("P-1", "1.00"));

        assertThat(table().values()).extracting(ProjectHealth::getPercentSpent).containsExactly(new BigDecimal("0.13"));
    }

    @Test
    void aProjectWithoutABudgetHasNoPercentage() {
        mesh.put(project("P-1", "0.00"));
        mesh.put(cost("P-1", "1.00"));

        assertThat(table())
                .containsExactlyEntriesOf(
                        Map.of("P-1", health("P-1", "0.00", cost("P-1", "1.00"), "-1.00", null, true)));
    }

    @Test
    void costsThatComeFirstWaitForTheirProject() {
        mesh.put(cost("P-1", "100.00"));
        assertThat(mesh.written(ProjectHealth.class)).isEmpty();

        mesh.put(project("P-1", "100.00"));

        assertThat(table())
                .containsExactlyEntriesOf(
                        Map.of("P-1", health("P-1", "100.00", cost("P-1", "100.00"), "0.00", "100.00", false)));
    }

    @Test
    void aProjectThatIsGoneHasNoRow() {
        mesh.put(project("P-1", "100.00"));
        mesh.put(cost("P-1", "1.00"));
        mesh.delete(project("P-1", "100.00"));

        assertThat(table()).isEmpty();
    }

    @Test
    void costsThatAreGoneLeaveZeros() {
        mesh.put(project("P-1", "100.00"));
        mesh.put(cost("P-1", "1.00"));
        mesh.delete(cost("P-1", "1.00"));

        assertThat(table())
                .containsExactlyEntriesOf(Map.of("P-1", health("P-1", "100.00", null, "100.00", "0.00", false)));
    }

    @Test
    void anEventOfAnotherEntityUnderThisKeyIsRejected() {
        Project project = project("P-1", "100.00");
        byte[] value = new EventCodec(mesh.plan().inputs().get(0), mesh.registry()).encode(project);

        mesh.putRaw(Project.class, "P-2", value);

        List<TestRecord<byte[], byte[]>> rejected = mesh.rejected();
        assertThat(rejected).hasSize(1);
        assertThat(TopologyHarness.header(rejected.get(0).headers(), "mesh_rejected_reason"))
                .isEqualTo("CONTRACT");
        assertThat(table()).isEmpty();
    }

    @Test
    void anyHistoryEndsWithTheHealthOfTheProjectsThatAreLeft() {
        for (int seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            Map<String, Project> projects = new HashMap<>();
            Map<String, ProjectCost> costs = new HashMap<>();
            try (TopologyHarness fresh = TopologyHarness.of(new PortfolioDomain(), "project-health")) {
                for (int i = 0; i < 200; i++) {
                    change(random, fresh, projects, costs);
                }
                assertThat(table(fresh)).as("seed %d", seed).isEqualTo(expected(projects, costs));
            }
        }
    }

    private static void change(
            Random random, TopologyHarness mesh, Map<String, Project> projects, Map<String, ProjectCost> costs) {
        String id = "P-" + random.nextInt(6);
        String amount = BigDecimal.valueOf(random.nextInt(100_000), 2).toPlainString();
        boolean isGone = random.nextInt(4) == 0;
        if (random.nextBoolean()) {
            Project project = project(id, amount);
            if (isGone) {
                projects.remove(id);
                mesh.delete(project);
            } else {
                projects.put(id, project);
                mesh.put(project);
            }
        } else if (isGone) {
            mesh.delete(cost(id, amount));
            costs.remove(id);
        } else {
            costs.put(id, cost(id, amount));
            mesh.put(cost(id, amount));
        }
    }

    /** As the contract's SQL says it: left join, quotient of doubled whole numbers. */
    private static Map<String, ProjectHealth> expected(Map<String, Project> projects, Map<String, ProjectCost> costs) {
        Map<String, ProjectHealth> expected = new TreeMap<>();
        projects.forEach((id, project) -> {
            ProjectCost cost = costs.get(id);
            long spentCents =
                    cost == null ? 0 : cost.getActual().movePointRight(2).longValueExact();
            long budgetCents = project.getBudget().movePointRight(2).longValueExact();
            String percent = budgetCents == 0
                    ? null
                    : BigDecimal.valueOf((20_000 * spentCents + budgetCents) / (2 * budgetCents), 2)
                            .toPlainString();
            String remaining = BigDecimal.valueOf(budgetCents - spentCents, 2).toPlainString();
            expected.put(
                    id,
                    health(
                            id,
                            project.getBudget().toPlainString(),
                            cost,
                            remaining,
                            percent,
                            spentCents > budgetCents));
        });
        return expected;
    }

    private Map<String, ProjectHealth> table() {
        return table(mesh);
    }

    private static Map<String, ProjectHealth> table(TopologyHarness mesh) {
        Map<String, ProjectHealth> table = new TreeMap<>();
        for (Written<ProjectHealth> event : mesh.written(ProjectHealth.class)) {
            if (event.value() == null) {
                table.remove(event.key());
            } else {
                table.put(event.key(), event.value());
            }
        }
        return table;
    }

    private static Project project(String id, String budget) {
        return Project.newBuilder()
                .setProjectId(id)
                .setName("Bridge")
                .setAgency("GSA")
                .setStatus("active")
                .setBudget(new BigDecimal(budget))
                .setManagerName(null)
                .setManagerEmail(null)
                .setStartDate(null)
                .setArchived(false)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static ProjectCost cost(String id, String actual) {
        return new ProjectCost(
                id,
                2L,
                new BigDecimal("77.00"),
                new BigDecimal(actual),
                3L,
                new BigDecimal("55.00"),
                new BigDecimal("5.00"));
    }

    private static ProjectHealth health(
            String id,
            String budget,
            @Nullable ProjectCost cost,
            String remaining,
            @Nullable String percent,
            boolean over) {
        BigDecimal zero = new BigDecimal("0.00");
        return new ProjectHealth(
                id,
                "Bridge",
                "GSA",
                "active",
                new BigDecimal(budget),
                cost == null ? zero : cost.getBudgeted(),
                cost == null ? zero : cost.getActual(),
                cost == null ? zero : cost.getInvoiced(),
                new BigDecimal(remaining),
                percent == null ? null : new BigDecimal(percent),
                over,
                cost == null ? 0L : cost.getItemCount(),
                cost == null ? 0L : cost.getInvoiceCount());
    }
}
