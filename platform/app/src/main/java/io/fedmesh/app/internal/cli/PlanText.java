package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.govern.Plan;
import java.util.List;
import java.util.Locale;

/** Plans and changes for people and programs. */
final class PlanText {
    private PlanText() {}

    /** The whole plan; notes go to the side. */
    static void print(Plan plan, ResultFormat format, Console console) {
        switch (format) {
            case JSON -> console.out().println(Json.line(PlanFile.of(plan)));
            case CSV -> csv(plan.changes()).print(format, console.out());
            case TABLE -> {
                plan.changes().forEach(change -> console.out().println(line(change, console)));
                plan.problems().forEach(problem -> console.out().println(console.red("! " + problem)));
                plan.strays().forEach(stray -> console.out().println(console.yellow("? " + stray)));
                plan.notes().forEach(note -> console.note("  " + note));
                console.out().println(summary(plan));
            }
        }
    }

    static String line(Plan.Change change, Console console) {
        return switch (change.action()) {
            case ADD -> console.green(change.toString());
            case CHANGE -> console.yellow(change.toString());
            case REMOVE -> console.red(change.toString());
        };
    }

    private static Rows csv(List<Plan.Change> changes) {
        Rows rows = new Rows("action", "thing", "name", "attribute", "from", "to");
        changes.forEach(change -> rows.add(
                change.action().name().toLowerCase(Locale.ROOT),
                change.thing(),
                change.name(),
                change.attribute(),
                change.from(),
                change.to()));
        return rows;
    }

    static String summary(Plan plan) {
        if (!plan.isDrift()) {
            return "nothing to change";
        }
        return count(plan, Plan.Action.ADD) + " to add, " + count(plan, Plan.Action.CHANGE) + " to change, "
                + count(plan, Plan.Action.REMOVE) + " to remove"
                + (plan.problems().isEmpty()
                        ? ""
                        : "; " + Surroundings.count(plan.problems().size(), "problem") + " must be put right before")
                + (plan.strays().isEmpty()
                        ? ""
                        : "; " + Surroundings.count(plan.strays().size(), "stray") + " for a person");
    }

    private static long count(Plan plan, Plan.Action action) {
        return plan.changes().stream()
                .filter(change -> change.action() == action)
                .count();
    }
}
