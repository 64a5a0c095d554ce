package io.fedmesh.testkit;

import io.fedmesh.contract.Contracts;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.Schema;

/**
 * A registry in memory that keeps every promise of {@link SchemaRegistry} but compatibility. Ids count from 1; the GUID
 * of id n is {@code new UUID(0, n)}. Thread-safe.
 */
public final class MemoryRegistry implements SchemaRegistry {
    private record Binding(String subject, int id) {}

    private final List<Schema> schemas = new ArrayList<>();
    private final Set<Binding> bindings = new HashSet<>();
    private boolean isDown;

    /** Every product's schema under its subject. */
    public static MemoryRegistry of(Contracts contracts) {
        MemoryRegistry registry = new MemoryRegistry();
        contracts
                .products()
                .forEach(contract -> registry.register(contract.topic().subject(), contract.schema()));
        return registry;
    }

    /** From now on no question is answered. */
    public synchronized void goDown() {
        isDown = true;
    }

    /** From now on every question is answered. */
    public synchronized void comeBack() {
        isDown = false;
    }

    @Override
    public synchronized int id(String subject, Schema schema) {
        demandUp();
        int id = schemas.indexOf(schema) + 1;
        if (!bindings.contains(new Binding(subject, id))) {
            throw new BadRecordException(
                    Reason.UNKNOWN_SCHEMA,
                    "the schema " + schema.getFullName() + " must be registered under " + subject + " but is not");
        }
        return id;
    }

    @Override
    public synchronized int register(String subject, Schema schema) {
        demandUp();
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        int id = schemas.indexOf(schema) + 1;
        bindings.add(new Binding(subject, id));
        return id;
    }

    @Override
    public void compatibility(String subject, String level) {
        demandUp();
    }

    @Override
    public synchronized Schema schema(String subject, int id) {
        demandUp();
        if (id < 1 || id > schemas.size()) {
            throw new BadRecordException(
                    Reason.UNKNOWN_SCHEMA, "the registry must know schema id " + id + " but does not");
        }
        if (!bindings.contains(new Binding(subject, id))) {
            throw new BadRecordException(
                    Reason.WRONG_SUBJECT, "schema id " + id + " must be registered under " + subject + " but is not");
        }
        return schemas.get(id - 1);
    }

    @Override
    public Schema schema(String subject, UUID guid) {
        boolean isOurs = guid.getMostSignificantBits() == 0
                && guid.getLeastSignificantBits() == (int) guid.getLeastSignificantBits();
        return schema(subject, isOurs ? (int) guid.getLeastSignificantBits() : 0);
    }

    private synchronized void demandUp() {
        if (isDown) {
            throw new RegistryUnavailableException("[registry] must be up but is down");
        }
    }
}
