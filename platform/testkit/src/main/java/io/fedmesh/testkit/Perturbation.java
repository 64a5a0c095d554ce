package io.fedmesh.testkit;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contract.InputField;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of a derived product depend on which fields of its inputs, found by changing one field of one input's entity at
 * a time, seeing which fields of which rows move, and changing it back. Every value that other entities have is tried, and
 * one that none has. What it finds is so; what it does not find may be so for other states, so give states that take every
 * branch of the topology. A change of a key moves the entity to another key.
 */
public final class Perturbation {
    private final TopologyHarness mesh;
    private final Class<? extends SpecificRecord> output;
    private final List<? extends SpecificRecord> states;
    private final Map<String, SpecificRecord> rows = new TreeMap<>();
    private final Map<String, Set<String>> found = new TreeMap<>();

    private Perturbation(
            TopologyHarness mesh, Class<? extends SpecificRecord> output, List<? extends SpecificRecord> states) {
        this.mesh = mesh;
        this.output = output;
        this.states = states;
    }

    /**
     * By field of the product, the inputs' fields that it depends on, each {@code <domain>.<product>.<field>}.
     *
     * @param mesh a topology that has seen nothing yet
     * @param output the product's class
     * @param states of distinct entities of the inputs; all are published first, in this order
     */
    public static Map<String, Set<String>> dependencies(
            TopologyHarness mesh, Class<? extends SpecificRecord> output, List<? extends SpecificRecord> states) {
        Perturbation perturbation = new Perturbation(mesh, output, states);
        perturbation.run();
        return perturbation.found;
    }

    /**
     * What the product depends on although its contract names what a field is {@code derivedFrom} and leaves that out; each
     * {@code <field> of <domain>.<product>.<field>}.
     *
     * @param dependencies what was found
     */
    public static List<String> undeclared(Contract product, Map<String, Set<String>> dependencies) {
        if (!(product.origin() instanceof Contract.Derived derived)) {
            throw new IllegalArgumentException("[" + product.name() + "] must be a derived product but was captured");
        }
        List<String> undeclared = new ArrayList<>();
        dependencies.forEach((field, inputs) -> {
            List<InputField> named = derived.derivedFrom().get(field);
            if (named != null) {
                List<String> texts = named.stream().map(InputField::toString).toList();
                inputs.stream()
                        .filter(input -> !texts.contains(input))
                        .forEach(input -> undeclared.add(field + " of " + input));
            }
        });
        return undeclared;
    }

    private void run() {
        states.forEach(mesh::put);
        take(rows);
        for (SpecificRecord state : states) {
            Contract input = input(state);
            for (Schema.Field field : state.getSchema().getFields()) {
                boolean isKey = input.keyFields().contains(field.name());
                Object old = state.get(field.pos());
                for (Object other : variants(state, field, isKey ? List.of() : states)) {
                    move(state, field, old, other);
                    Map<String, SpecificRecord> moved = new HashMap<>(rows);
                    take(moved);
                    compare(moved, new InputField(input.name(), field.name()).toString());
                    move(state, field, other, old);
                    take(moved);
                    if (!moved.equals(rows)) {
                        throw new IllegalStateException("[" + input.name() + "." + field.name()
                                + "] the product must be what it was once the change is taken back but is not");
                    }
                }
            }
        }
    }

    /** Publishes a state with another value of a field; an entity of another key leaves its old one. */
    private void move(SpecificRecord state, Schema.Field field, @Nullable Object from, @Nullable Object to) {
        if (input(state).keyFields().contains(field.name())) {
            state.put(field.pos(), from);
            mesh.delete(state);
        }
        state.put(field.pos(), to);
        mesh.put(state);
    }

    private void take(Map<String, SpecificRecord> into) {
        for (TopologyHarness.Written<? extends SpecificRecord> written : mesh.written(output)) {
            SpecificRecord value = written.value();
            if (value == null) {
                into.remove(written.key());
            } else {
                into.put(written.key(), value);
            }
        }
    }

    private void compare(Map<String, SpecificRecord> moved, String cause) {
        rows.forEach((key, row) -> {
            SpecificRecord other = moved.get(key);
            if (other != null) {
                for (Schema.Field field : row.getSchema().getFields()) {
                    if (!Objects.equals(row.get(field.pos()), other.get(field.pos()))) {
                        found.computeIfAbsent(field.name(), name -> new TreeSet<>())
                                .add(cause);
                    }
                }
            }
        });
    }

    private Contract input(SpecificRecord state) {
        String name = state.getSchema().getFullName();
        return mesh.plan().inputs().stream()
                .filter(contract -> contract.schema().getFullName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("[" + mesh.plan() + "] must have an input of " + name));
    }

    /** Other values of the field: those of other entities, one that none has, and null where that is a value. */
    private static List<@Nullable Object> variants(
            SpecificRecord state, Schema.Field field, List<? extends SpecificRecord> others) {
        Object old = state.get(field.pos());
        Set<@Nullable Object> values = new LinkedHashSet<>();
        others.stream()
                .filter(other -> other.getClass() == state.getClass())
                .forEach(other -> values.add(other.get(field.pos())));
        List<Schema> types = field.schema().isUnion() ? field.schema().getTypes() : List.of(field.schema());
        for (Schema type : types) {
            values.add(type.getType() == Schema.Type.NULL ? null : another(old, type, field.name()));
        }
        values.remove(old);
        return new ArrayList<>(values);
    }

    /** A value beside the old one, which may be null. */
    private static Object another(@Nullable Object old, Schema type, String name) {
        if (type.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            BigDecimal step = BigDecimal.ONE.movePointLeft(decimal.getScale());
            return old == null ? step : ((BigDecimal) old).add(step);
        }
        if (old instanceof LocalDate date) {
            return date.plusDays(1);
        }
        if (old instanceof Instant instant) {
            return instant.plusSeconds(1);
        }
        if (type.getLogicalType() != null) {
            return type.getLogicalType().getName().equals("date")
                    ? LocalDate.EPOCH.plusDays(1)
                    : Instant.EPOCH.plusSeconds(1);
        }
        return switch (type.getType()) {
            case STRING -> old + "~";
            case BOOLEAN -> old == null || !((Boolean) old);
            case INT -> old == null ? 1 : (Integer) old + 1_000_003;
            case LONG -> old == null ? 1L : (Long) old + 1_000_003L;
            case FLOAT -> old == null ? 1f : (Float) old + 1;
            case DOUBLE -> old == null ? 1d : (Double) old + 1;
            case ARRAY -> List.of();
            case MAP -> Map.of();
            case RECORD, ENUM, UNION, BYTES, FIXED, NULL ->
                throw new IllegalArgumentException(
                        "[" + name + "] a field of type " + type.getType() + " must be varied by hand");
        };
    }
}
