package io.fedmesh.wire;

import org.apache.avro.Schema;

/**
 * What the wire needs of a schema registry. Implementations cache within bounds, retry outages for a bounded time and
 * are thread-safe. Every method throws {@link RegistryUnavailableException} when the registry cannot be asked.
 */
public interface SchemaRegistry {
    /**
     * The id of a schema that is registered under the subject already.
     *
     * @throws BadRecordException with {@code UNKNOWN_SCHEMA} when it is not: nothing is registered behind an operator's back
     */
    int id(String subject, Schema schema);

    /**
     * Registers a schema under a subject, or finds it there.
     *
     * @throws IncompatibleSchemaException when the registry refuses it
     */
    int register(String subject, Schema schema);

    /**
     * Sets the subject's compatibility level, for example {@code BACKWARD}.
     */
    void compatibility(String subject, String level);

    /**
     * The schema of an id, if the id is registered under the subject.
     *
     * @throws BadRecordException with {@code UNKNOWN_SCHEMA} or {@code WRONG_SUBJECT}
     */
    Schema schema(String subject, int id);

    /**
     * The schema of a globally unique id (framing V1), if it is registered under the subject.
     *
     * @throws BadRecordException with {@code UNKNOWN_SCHEMA} or {@code WRONG_SUBJECT}
     */
    Schema schema(String subject, java.util.UUID guid);
}
