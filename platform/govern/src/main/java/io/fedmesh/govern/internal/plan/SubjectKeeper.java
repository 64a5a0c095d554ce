package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.IncompatibleSchemaException;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SubjectRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Subjects: the schema that must be there, and the level at which the next one is checked. */
public final class SubjectKeeper implements Keeper {
    private static final String VALUE = "-value";
    private static final String SCHEMA = "schema";
    private static final String COMPATIBILITY = "compatibility";

    private final SubjectRegistry registry;

    public SubjectKeeper(SubjectRegistry registry) {
        this.registry = registry;
    }

    private static boolean owns(String subject) {
        return subject.endsWith(VALUE) && TopicKeeper.owns(subject.substring(0, subject.length() - VALUE.length()));
    }

    @Override
    public Plan.Thing thing() {
        return Plan.Thing.SUBJECT;
    }

    @Override
    public Comparison compare(DesiredState desired) {
        Comparison found = new Comparison(thing());
        Map<String, DesiredState.Subject> wanted = byName(desired);
        Set<String> there = new TreeSet<>(asked("the list of subjects", registry::subjects));
        there.removeIf(name -> !wanted.containsKey(name) && !owns(name));
        for (String name : there) {
            DesiredState.Subject subject = wanted.get(name);
            if (subject == null) {
                found.facts.add(name);
                found.remove(name);
                continue;
            }
            boolean holds = asked(name, () -> registry.holds(name, subject.schema()));
            Optional<String> level = asked(name, () -> registry.compatibility(name));
            found.facts.add(name + " " + (holds ? text(subject.schema()) : "") + " " + level);
            if (!holds) {
                found.change(name, SCHEMA, null, text(subject.schema()));
            }
            if (!level.equals(Optional.of(subject.compatibility()))) {
                found.change(name, COMPATIBILITY, level.orElse(null), subject.compatibility());
            }
        }
        wanted.forEach((name, subject) -> {
            if (!there.contains(name)) {
                found.add(
                        name,
                        SCHEMA + "=" + text(subject.schema()) + " " + COMPATIBILITY + "=" + subject.compatibility());
            }
        });
        return found;
    }

    /** A level that drifted is set first, so that the schema is judged by what the contract says. */
    @Override
    public void carryOut(DesiredState desired, Plan.Action action, List<Plan.Change> changes) {
        Map<String, DesiredState.Subject> wanted = byName(desired);
        switch (action) {
            case ADD ->
                each(changes, change -> {
                    DesiredState.Subject subject = Objects.requireNonNull(wanted.get(change.name()));
                    registry.register(subject.name(), subject.schema());
                    registry.compatibility(subject.name(), subject.compatibility());
                });
            case CHANGE ->
                each(changes, change -> {
                    DesiredState.Subject subject = Objects.requireNonNull(wanted.get(change.name()));
                    registry.compatibility(subject.name(), subject.compatibility());
                    if (change.attribute().equals(SCHEMA)) {
                        registry.register(subject.name(), subject.schema());
                    }
                });
            case REMOVE -> each(changes, change -> registry.delete(change.name()));
        }
    }

    private static void each(List<Plan.Change> changes, Consumer<Plan.Change> action) {
        Keeper.each(
                changes,
                change -> asked(change.name(), () -> {
                    action.accept(change);
                    return true;
                }));
    }

    private static <T> T asked(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (IncompatibleSchemaException | RegistryUnavailableException | BadRecordException e) {
            throw new ProvisioningException("[registry] " + what + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, DesiredState.Subject> byName(DesiredState desired) {
        return desired.subjects().stream()
                .collect(Collectors.toMap(DesiredState.Subject::name, s -> s, (one, other) -> one, TreeMap::new));
    }

    private static String text(Schema schema) {
        return schema.getFullName() + "@"
                + Digests.of(List.of(schema.toString())).substring(0, 16);
    }
}
