package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.internal.GrantRules;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Users of the mesh's components and of its consumers. A consumer's user stays when its agreement ends: it may do nothing then. */
public final class UserKeeper implements Keeper {
    private final Provisioner.Users users;
    private final Set<String> others;

    /** Of whoever holds a grant. */
    public UserKeeper(Provisioner.Users users) {
        this(users, Set.of());
    }

    /** @param others who must have a user though it holds no grant */
    public UserKeeper(Provisioner.Users users, Set<String> others) {
        this.users = users;
        this.others = Set.copyOf(others);
    }

    @Override
    public Plan.Thing thing() {
        return Plan.Thing.USER;
    }

    @Override
    public Comparison compare(DesiredState desired) {
        Comparison found = new Comparison(thing());
        Set<String> wanted = new TreeSet<>(desired.principals());
        wanted.addAll(others);
        Set<String> there = new TreeSet<>(users.names());
        there.removeIf(name -> !wanted.contains(name) && !GrantRules.owns(name));
        for (String name : there) {
            found.facts.add(name);
            if (!wanted.contains(name)) {
                found.remove(name);
            }
        }
        wanted.stream().filter(name -> !there.contains(name)).forEach(name -> found.add(name, null));
        return found;
    }

    @Override
    public void carryOut(DesiredState desired, Plan.Action action, List<Plan.Change> changes) {
        switch (action) {
            case ADD -> Keeper.each(changes, change -> users.add(change.name()));
            case CHANGE -> throw new IllegalArgumentException("a user has nothing to change");
            case REMOVE -> Keeper.each(changes, change -> users.remove(change.name()));
        }
    }
}
