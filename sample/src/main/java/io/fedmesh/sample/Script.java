package io.fedmesh.sample;

import java.util.List;
import java.util.Random;

/** Which step comes how often: weights, and a draw. */
final class Script {
    private static final List<Weighted> STEPS = List.of(
            new Weighted(10, TaskSteps::insert),
            new Weighted(10, TaskSteps::copy),
            new Weighted(14, TaskSteps::update),
            new Weighted(8, TaskSteps::label),
            new Weighted(3, TaskSteps::rewriteNotes),
            new Weighted(2, TaskSteps::touch),
            new Weighted(4, TaskSteps::delete),
            new Weighted(3, TaskSteps::move),
            new Weighted(8, CostSteps::insert),
            new Weighted(8, CostSteps::copy),
            new Weighted(10, CostSteps::book),
            new Weighted(5, CostSteps::replan),
            new Weighted(3, CostSteps::move),
            new Weighted(4, CostSteps::delete),
            new Weighted(9, InvoiceSteps::insert),
            new Weighted(9, InvoiceSteps::update),
            new Weighted(2, InvoiceSteps::reassign),
            new Weighted(3, InvoiceSteps::delete),
            new Weighted(4, ProjectSteps::update),
            new Weighted(2, ProjectSteps::updateContractors),
            new Weighted(2, ProjectSteps::insertFew),
            new Weighted(1, ProjectSteps::rename),
            new Weighted(1, ProjectSteps::renameContractor),
            new Weighted(1, ProjectSteps::delete));

    private static final int TOTAL = STEPS.stream().mapToInt(Weighted::weight).sum();

    private Script() {}

    static Step draw(Random random) {
        int at = random.nextInt(TOTAL);
        for (Weighted step : STEPS) {
            at -= step.weight();
            if (at < 0) {
                return step.step();
            }
        }
        throw new IllegalStateException("the weights must sum to " + TOTAL + " but were less");
    }

    private record Weighted(int weight, Step step) {}
}
