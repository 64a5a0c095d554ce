package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Provisioner;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Properties of the tables. A product's sink makes its tables; here they are only kept. */
public final class TableKeeper implements Keeper {
    private final Provisioner.Tables tables;

    public TableKeeper(Provisioner.Tables tables) {
        this.tables = tables;
    }

    @Override
    public Plan.Thing thing() {
        return Plan.Thing.TABLE;
    }

    @Override
    public Comparison compare(DesiredState desired) {
        Comparison found = new Comparison(thing());
        Map<String, Map<String, String>> wanted = new TreeMap<>(tables.desired());
        Map<String, Map<String, String>> there = new TreeMap<>(tables.standing());
        there.forEach((name, standing) -> {
            Map<String, String> properties = wanted.get(name);
            if (properties == null) {
                found.facts.add(name);
                found.remove(name);
                return;
            }
            Map<String, String> kept = new TreeMap<>(standing);
            kept.keySet().retainAll(properties.keySet());
            found.facts.add(name + " " + kept);
            properties.forEach((key, value) -> {
                if (!value.equals(kept.get(key))) {
                    found.change(name, key, kept.get(key), value);
                }
            });
        });
        wanted.keySet().stream()
                .filter(name -> !there.containsKey(name))
                .forEach(name -> found.notes.add("[table " + name + "] is not made yet; its product's sink makes it"));
        return found;
    }

    @Override
    public void carryOut(DesiredState desired, Plan.Action action, List<Plan.Change> changes) {
        Keeper.each(byTable(changes).entrySet(), table -> {
            switch (action) {
                case ADD -> throw new IllegalArgumentException("a product's sink makes its tables");
                case CHANGE ->
                    tables.set(
                            table.getKey(),
                            table.getValue().stream()
                                    .collect(Collectors.toMap(Plan.Change::attribute, c -> String.valueOf(c.to()))));
                case REMOVE -> tables.drop(table.getKey());
            }
        });
    }

    private static Map<String, List<Plan.Change>> byTable(List<Plan.Change> changes) {
        return changes.stream().collect(Collectors.groupingBy(Plan.Change::name, TreeMap::new, Collectors.toList()));
    }
}
