package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Knows one kind of thing: what stands of it, and how it is made, changed and removed. One thread. */
public interface Keeper {
    /** Its kind. */
    Plan.Thing thing();

    /**
     * Compares what stands with what should, now.
     *
     * @throws io.fedmesh.govern.ProvisioningException when that cannot be asked
     */
    Comparison compare(DesiredState desired);

    /**
     * Makes changes that {@link #compare} gave, tries each of them, and returns when all are accepted; whether they can be
     * seen is for the caller to ask.
     *
     * @param changes not empty, all of one action
     * @throws io.fedmesh.govern.ProvisioningException which names those that were refused; the others are made
     */
    void carryOut(DesiredState desired, Plan.Action action, List<Plan.Change> changes);

    /** Tries every one, and then throws what those say that were refused. */
    static <T> void each(Iterable<T> all, Consumer<? super T> action) {
        List<String> refused = new ArrayList<>();
        for (T one : all) {
            try {
                action.accept(one);
            } catch (ProvisioningException e) {
                refused.add(String.valueOf(e.getMessage()));
            }
        }
        if (!refused.isEmpty()) {
            throw new ProvisioningException(String.join("; ", refused));
        }
    }
}
