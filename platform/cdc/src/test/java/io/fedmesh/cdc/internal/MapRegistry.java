package io.fedmesh.cdc.internal;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;

/** A registry in memory that can be away. */
final class MapRegistry implements SchemaRegistry {
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    volatile boolean isAway;

    @Override
    public int id(String subject, Schema schema) {
        if (isAway) {
            throw new RegistryUnavailableException("the registry is away");
        }
        Integer id = ids.get(subject);
        if (id == null) {
            throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "[" + subject + "] is not registered");
        }
        return id;
    }

    @Override
    public int register(String subject, Schema schema) {
        return ids.computeIfAbsent(subject, s -> {
            int id = next.incrementAndGet();
            schemas.put(id, schema);
            return id;
        });
    }

    @Override
    public void compatibility(String subject, String level) {}

    @Override
    public Schema schema(String subject, int id) {
        Schema schema = schemas.get(id);
        if (schema == null) {
            throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "no id " + id);
        }
        return schema;
    }

    @Override
    public Schema schema(String subject, UUID guid) {
        throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "no guid");
    }
}
