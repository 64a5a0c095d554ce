package io.fedmesh.lake.internal;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** A registry in memory that can be away. */
public final class FakeRegistry implements SchemaRegistry {
    private final Map<String, Map<Integer, Schema>> subjects = new ConcurrentHashMap<>();
    public volatile boolean away;

    @Override
    public int id(String subject, Schema schema) {
        return register(subject, schema);
    }

    @Override
    public synchronized int register(String subject, Schema schema) {
        Map<Integer, Schema> ids = subjects.computeIfAbsent(subject, s -> new ConcurrentHashMap<>());
        for (Map.Entry<Integer, Schema> known : ids.entrySet()) {
            if (known.getValue().equals(schema)) {
                return known.getKey();
            }
        }
        int id = subjects.values().stream().mapToInt(Map::size).sum() + 1;
        ids.put(id, schema);
        return id;
    }

    @Override
    public void compatibility(String subject, String level) {}

    @Override
    public Schema schema(String subject, int id) {
        if (away) {
            throw new RegistryUnavailableException("[registry] is away");
        }
        Schema schema = subjects.getOrDefault(subject, Map.of()).get(id);
        if (schema == null) {
            throw new BadRecordException(BadRecordException.Reason.WRONG_SUBJECT, "the id is not of this subject");
        }
        return schema;
    }

    @Override
    public Schema schema(String subject, UUID guid) {
        throw new BadRecordException(BadRecordException.Reason.UNKNOWN_SCHEMA, "no guids here");
    }
}
