package io.fedmesh.govern;

import io.fedmesh.govern.internal.plan.Acls;
import io.fedmesh.govern.internal.plan.GrantKeeper;
import io.fedmesh.govern.internal.plan.KafkaAcls;
import io.fedmesh.govern.internal.plan.Planner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * What consumers may do on the brokers, brought to what agreements give at one moment. It touches the grants of consumers
 * and nothing else, closes before it opens, and needs no memory: cut off at any point, the next run does the rest. One thread.
 */
public final class ConsumerGrants {
    private final Planner planner;

    /** What stands between an agreement and its grant: whoever records it, or refuses it. */
    public interface Opening {
        /**
         * Lets it be done, once, or not.
         *
         * @param changes what is about to be given; not empty
         * @param act gives it
         * @return what was done, and what failed and is left for the next run
         */
        ProvisioningReport open(List<Plan.Change> changes, Supplier<ProvisioningReport> act);
    }

    /**
     * @param admin client of the operator, who is a super user; stays the caller's to close
     * @param readBackTimeout how long the brokers may take to show a change
     */
    public ConsumerGrants(Admin admin, Duration readBackTimeout) {
        this(new KafkaAcls(admin), readBackTimeout);
    }

    ConsumerGrants(Acls acls, Duration readBackTimeout) {
        this.planner = new Planner(List.of(GrantKeeper.ofConsumers(acls)), readBackTimeout);
    }

    /**
     * Takes away what agreements do not give, then gives what is missing.
     *
     * @return what was done, and what failed and is left for the next run
     * @throws ProvisioningException when the brokers cannot be asked; then nothing was changed
     */
    public ProvisioningReport bring(DesiredState.Agreed agreed) {
        return bring(agreed, (changes, act) -> act.get());
    }

    /**
     * As {@link #bring(DesiredState.Agreed)}; what is taken away waits for nobody.
     *
     * @param opening by whose leave something is given
     */
    public ProvisioningReport bring(DesiredState.Agreed agreed, Opening opening) {
        DesiredState desired = desired(agreed);
        Plan plan = planner.plan(desired);
        ProvisioningReport closed = carryOut(desired, plan, change -> change.action() == Plan.Action.REMOVE);
        List<Plan.Change> opens = plan.changes().stream()
                .filter(change -> change.action() != Plan.Action.REMOVE)
                .toList();
        ProvisioningReport opened = opens.isEmpty()
                ? new ProvisioningReport(List.of(), List.of(), List.of(), plan.notes())
                : opening.open(opens, () -> carryOut(desired, plan, change -> change.action() != Plan.Action.REMOVE));
        return new ProvisioningReport(
                both(closed.done(), opened.done()), List.of(), both(closed.failed(), opened.failed()), plan.notes());
    }

    /** Takes away what agreements do not give, and gives nothing: for who does not know whether there is news. */
    public ProvisioningReport narrow(DesiredState.Agreed agreed) {
        DesiredState desired = desired(agreed);
        return carryOut(desired, planner.plan(desired), change -> change.action() == Plan.Action.REMOVE);
    }

    private static DesiredState desired(DesiredState.Agreed agreed) {
        return new DesiredState(List.of(), List.of(), agreed.grants(), agreed.consumers());
    }

    private ProvisioningReport carryOut(DesiredState desired, Plan plan, Predicate<Plan.Change> which) {
        Plan part = new Plan(
                plan.fingerprint(), plan.changes().stream().filter(which).toList(), List.of(), List.of(), plan.notes());
        return planner.carryOut(desired, part, Set.of());
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        List<T> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }
}
