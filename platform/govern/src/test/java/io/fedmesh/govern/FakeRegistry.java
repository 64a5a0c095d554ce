package io.fedmesh.govern;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.IncompatibleSchemaException;
import io.fedmesh.wire.SubjectRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.avro.Schema;

/** A registry in memory; what it is told to refuse is incompatible. */
public final class FakeRegistry implements SubjectRegistry {
    public final Map<String, String> levels = new HashMap<>();
    public final Set<String> refused = new HashSet<>();
    private final Map<String, Set<String>> schemas = new HashMap<>();

    @Override
    public int id(String subject, Schema schema) {
        if (!holds(subject, schema)) {
            throw new BadRecordException(BadRecordException.Reason.UNKNOWN_SCHEMA, subject);
        }
        return 1;
    }

    @Override
    public int register(String subject, Schema schema) {
        if (refused.contains(subject)) {
            throw new IncompatibleSchemaException(subject + " is told to be refused");
        }
        schemas.computeIfAbsent(subject, k -> new LinkedHashSet<>()).add(schema.toString());
        return 1;
    }

    @Override
    public void compatibility(String subject, String level) {
        levels.put(subject, level);
    }

    @Override
    public Set<String> subjects() {
        return new TreeSet<>(schemas.keySet());
    }

    @Override
    public Optional<String> compatibility(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    @Override
    public boolean holds(String subject, Schema schema) {
        return schemas.getOrDefault(subject, Set.of()).contains(schema.toString());
    }

    @Override
    public Optional<Schema> latest(String subject) {
        return schemas.getOrDefault(subject, Set.of()).stream()
                .reduce((one, other) -> other)
                .map(text -> new Schema.Parser().parse(text));
    }

    @Override
    public void delete(String subject) {
        schemas.remove(subject);
        levels.remove(subject);
    }

    @Override
    public Schema schema(String subject, int id) {
        throw new UnsupportedOperationException("not asked by a provisioner");
    }

    @Override
    public Schema schema(String subject, UUID guid) {
        throw new UnsupportedOperationException("not asked by a provisioner");
    }
}
