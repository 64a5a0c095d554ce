package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Makes plans and carries them out, whatever the kinds of things. One thread. */
public final class Planner {
    /** Says what a person must put right before anything may be done. */
    public interface Guard {
        /**
         * A text for each, {@code [where] what must hold but was value}; empty when all is well.
         *
         * @throws ProvisioningException when it cannot be told
         */
        List<String> problems();
    }

    private static final String NOT_TRIED = "not tried, because of what failed before";

    private record Step(Plan.Thing thing, Plan.Action action) {
        /** Takes a right away and nothing else: done even when something failed before. */
        boolean closes() {
            return action == Plan.Action.REMOVE && (thing == Plan.Thing.GRANT || thing == Plan.Thing.USER);
        }
    }

    /**
     * Nobody may write where no schema is, so grants come late; a principal that keeps a right never loses it in between,
     * so what is revoked follows what is granted; data goes when nobody may read it any more.
     */
    private static final List<Step> STEPS = List.of(
            new Step(Plan.Thing.TOPIC, Plan.Action.ADD),
            new Step(Plan.Thing.TOPIC, Plan.Action.CHANGE),
            new Step(Plan.Thing.SUBJECT, Plan.Action.ADD),
            new Step(Plan.Thing.SUBJECT, Plan.Action.CHANGE),
            new Step(Plan.Thing.DIRECTORY, Plan.Action.ADD),
            new Step(Plan.Thing.DIRECTORY, Plan.Action.CHANGE),
            new Step(Plan.Thing.DIRECTORY, Plan.Action.REMOVE),
            new Step(Plan.Thing.USER, Plan.Action.ADD),
            new Step(Plan.Thing.GRANT, Plan.Action.ADD),
            new Step(Plan.Thing.GRANT, Plan.Action.REMOVE),
            new Step(Plan.Thing.USER, Plan.Action.REMOVE),
            new Step(Plan.Thing.TABLE, Plan.Action.CHANGE),
            new Step(Plan.Thing.TABLE, Plan.Action.REMOVE),
            new Step(Plan.Thing.SUBJECT, Plan.Action.REMOVE),
            new Step(Plan.Thing.TOPIC, Plan.Action.REMOVE));

    private final Map<Plan.Thing, Keeper> keepers = new EnumMap<>(Plan.Thing.class);
    private final List<Guard> guards;
    private final Duration readBackTimeout;

    /**
     * @param keepers at most one a kind; a kind without one is neither looked at nor touched
     * @param readBackTimeout how long a change may take to be seen
     */
    public Planner(List<Keeper> keepers, Duration readBackTimeout) {
        this(keepers, List.of(), readBackTimeout);
    }

    /** @param guards what else must hold before anything is done */
    public Planner(List<Keeper> keepers, List<Guard> guards, Duration readBackTimeout) {
        this.guards = List.copyOf(guards);
        keepers.forEach(keeper -> this.keepers.put(keeper.thing(), keeper));
        this.readBackTimeout = readBackTimeout;
    }

    /** As {@link io.fedmesh.govern.Provisioner#plan}. */
    public Plan plan(DesiredState desired) {
        List<String> facts = new ArrayList<>();
        List<Plan.Change> changes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> strays = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        keepers.values().forEach(keeper -> {
            Comparison found = keeper.compare(desired);
            found.facts.forEach(fact -> facts.add(keeper.thing() + " " + fact));
            changes.addAll(found.changes);
            problems.addAll(found.problems);
            strays.addAll(found.strays);
            notes.addAll(found.notes);
        });
        guards.forEach(guard -> problems.addAll(guard.problems()));
        return new Plan(Digests.of(sorted(facts)), sorted(changes), sorted(problems), sorted(strays), sorted(notes));
    }

    /**
     * Carries out a plan that was just made.
     *
     * @param allowed names of things whose data may be deleted
     * @throws ProvisioningException when the plan has problems, or does not delete what is allowed
     */
    public ProvisioningReport carryOut(DesiredState desired, Plan plan, Set<String> allowed) {
        if (!plan.problems().isEmpty()) {
            throw new ProvisioningException(String.join("\n", plan.problems()));
        }
        demandDeleted(plan, allowed);
        List<Plan.Change> done = new ArrayList<>();
        List<Plan.Change> withheld = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Step step : STEPS) {
            List<Plan.Change> changes = new ArrayList<>();
            for (Plan.Change change : plan.changes()) {
                if (change.thing() == step.thing && change.action() == step.action) {
                    boolean isAllowed = !change.deletesData() || allowed.contains(change.name());
                    (isAllowed ? changes : withheld).add(change);
                }
            }
            Keeper keeper = keepers.get(step.thing);
            if (keeper == null || changes.isEmpty()) {
                continue;
            }
            if (!failed.isEmpty() && !step.closes()) {
                changes.forEach(change -> failed.add(change + ": " + NOT_TRIED));
                continue;
            }
            take(keeper, desired, step, changes, done, failed);
        }
        return new ProvisioningReport(done, sorted(withheld), failed, plan.notes());
    }

    /** As {@link io.fedmesh.govern.Provisioner#apply(DesiredState, Plan, Set)}. */
    public ProvisioningReport carryOutAgreed(DesiredState desired, Plan agreed, Set<String> allowed) {
        Plan now = plan(desired);
        if (!now.fingerprint().equals(agreed.fingerprint())) {
            throw new ProvisioningException(
                    "[plan] what stands must be what the plan was made from but has moved since; make a new plan; nothing"
                            + " was changed");
        }
        if (!now.changes().equals(agreed.changes())) {
            throw new ProvisioningException(
                    "[plan] contracts, agreements and clock must ask for what the plan says but ask for something else"
                            + " now; make a new plan; nothing was changed");
        }
        return carryOut(desired, now, allowed);
    }

    private void take(
            Keeper keeper,
            DesiredState desired,
            Step step,
            List<Plan.Change> changes,
            List<Plan.Change> done,
            List<String> failed) {
        String cause = null;
        try {
            keeper.carryOut(desired, step.action, changes);
            Brokers.await(
                    step.thing + "s",
                    readBackTimeout,
                    () -> left(keeper, desired, changes).isEmpty());
        } catch (ProvisioningException e) {
            cause = String.valueOf(e.getMessage());
        }
        if (cause == null) {
            done.addAll(changes);
            return;
        }
        Set<Plan.Change> left = leftAfterFailure(keeper, desired, changes);
        for (Plan.Change change : changes) {
            if (left.contains(change)) {
                failed.add(change + ": " + cause);
            } else {
                done.add(change);
            }
        }
    }

    private static List<Plan.Change> left(Keeper keeper, DesiredState desired, List<Plan.Change> changes) {
        List<Plan.Change> left = new ArrayList<>(keeper.compare(desired).changes);
        left.retainAll(Set.copyOf(changes));
        return left;
    }

    /** Some may be made all the same; what cannot be asked counts as not made. */
    private static Set<Plan.Change> leftAfterFailure(Keeper keeper, DesiredState desired, List<Plan.Change> changes) {
        try {
            return Set.copyOf(left(keeper, desired, changes));
        } catch (ProvisioningException e) {
            return Set.copyOf(changes);
        }
    }

    private static void demandDeleted(Plan plan, Set<String> allowed) {
        Set<String> deleted = new TreeSet<>();
        plan.changes().stream().filter(Plan.Change::deletesData).forEach(change -> deleted.add(change.name()));
        Set<String> unknown = new TreeSet<>(allowed);
        unknown.removeAll(deleted);
        if (!unknown.isEmpty()) {
            throw new ProvisioningException("[allow-delete] must name what the plan deletes, of " + deleted
                    + ", but was " + unknown + "; nothing was changed");
        }
    }

    private static <T extends Comparable<T>> List<T> sorted(List<T> list) {
        return list.stream().sorted().toList();
    }
}
