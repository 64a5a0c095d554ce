package io.fedmesh.cdc.internal;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Where events go, together with the position that they stand for. One writer a source: opening fences every earlier one.
 * Used by one thread.
 */
public interface EventLog extends AutoCloseable {

    /** What became of a commit. */
    enum Outcome {
        /** Everything is there, and the position with it. */
        COMMITTED,
        /** Another writer opened the log: nothing was written, and this writer must stop. */
        FENCED,
        /** All or nothing of it is there. {@link #open()} tells which; no other commit before that. */
        UNKNOWN
    }

    /**
     * Fences every earlier writer, brings what it left to an end, and reads the position. May be called again at any
     * time.
     *
     * @return the stored position, empty when there never was one
     * @throws OutageException when the log cannot be reached; call again later
     * @throws FencedException when another writer took over meanwhile
     */
    Optional<Position> open();

    /**
     * Writes all records and the position, or nothing.
     *
     * @throws OutageException when nothing was written for a reason that an operator can mend: as {@link Outcome#UNKNOWN}
     *     otherwise
     */
    Outcome commit(List<ProducerRecord<byte[], byte[]>> records, Position position);

    @Override
    void close();
}
