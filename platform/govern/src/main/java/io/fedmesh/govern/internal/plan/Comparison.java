package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.Plan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a comparison finds, gathered while it goes. */
public final class Comparison {
    final Plan.Thing thing;
    /** All that stands and is the mesh's, a text each; two states with equal facts have equal plans. */
    final List<String> facts = new ArrayList<>();

    final List<Plan.Change> changes = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    final List<String> strays = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    Comparison(Plan.Thing thing) {
        this.thing = thing;
    }

    void add(String name, @Nullable String to) {
        changes.add(Plan.Change.add(thing, name, to));
    }

    void change(String name, String attribute, @Nullable String from, String to) {
        changes.add(new Plan.Change(thing, name, attribute, Plan.Action.CHANGE, from, to));
    }

    void remove(String name) {
        changes.add(Plan.Change.remove(thing, name));
    }
}
