package io.fedmesh.wire;

import io.fedmesh.wire.BadRecordException.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.Schema;

/** A registry in memory: ids count from 1; the GUID of id n is {@code new UUID(0, n)}. */
final class MapRegistry implements SchemaRegistry {
    private final List<Schema> schemas = new ArrayList<>();
    private final Set<String> bindings = new HashSet<>();

    @Override
    public int id(String subject, Schema schema) {
        int id = schemas.indexOf(schema) + 1;
        if (id == 0 || !bindings.contains(subject + "#" + id)) {
            throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "is not registered");
        }
        return id;
    }

    @Override
    public int register(String subject, Schema schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        int id = schemas.indexOf(schema) + 1;
        bindings.add(subject + "#" + id);
        return id;
    }

    @Override
    public void compatibility(String subject, String level) {}

    @Override
    public Schema schema(String subject, int id) {
        if (id < 1 || id > schemas.size()) {
            throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "no id " + id);
        }
        if (!bindings.contains(subject + "#" + id)) {
            throw new BadRecordException(Reason.WRONG_SUBJECT, "id " + id + " is another subject's");
        }
        return schemas.get(id - 1);
    }

    @Override
    public Schema schema(String subject, UUID guid) {
        return schema(subject, guid.getMostSignificantBits() == 0 ? (int) guid.getLeastSignificantBits() : 0);
    }
}
