package io.fedmesh.govern;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.SchemaRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;

/** A registry in memory. */
final class FakeRegistry implements SchemaRegistry {
    final Map<String, String> levels = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();

    @Override
    public int id(String subject, Schema schema) {
        Integer id = ids.get(subject + schema);
        if (id == null) {
            throw new BadRecordException(BadRecordException.Reason.UNKNOWN_SCHEMA, subject);
        }
        return id;
    }

    @Override
    public int register(String subject, Schema schema) {
        return ids.computeIfAbsent(subject + schema, k -> ids.size() + 1);
    }

    @Override
    public void compatibility(String subject, String level) {
        levels.put(subject, level);
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
