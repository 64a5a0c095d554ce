package io.fedmesh.wire;

import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/** What an operator needs of a registry beside what the wire does: to see its subjects, and to delete one. Thread-safe. */
public interface SubjectRegistry extends SchemaRegistry {
    /** Every subject that is there, asked now; one that was deleted is not, though its schemas can still be read by id. */
    Set<String> subjects();

    /**
     * The level that is set for the subject itself, asked now; where only the registry's own applies to it, empty, or {@code
     * NONE} with some registries.
     */
    Optional<String> compatibility(String subject);

    /** Whether the schema is registered under the subject, asked now. */
    boolean holds(String subject, Schema schema);

    /**
     * The schema that was registered under the subject last, asked now; empty where there is no such subject.
     *
     * @throws BadRecordException when it is no Avro record
     */
    Optional<Schema> latest(String subject);

    /**
     * Deletes the subject softly: nobody can register or find a schema under it, records that were written with one can
     * still be read. Does nothing when it is not there.
     */
    void delete(String subject);
}
