package io.fedmesh.cdc.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Ends capture at a commit, before or after it, as if the process had died there. */
final class KillingLog implements EventLog {
    /** Where it dies. */
    enum Point {
        BEFORE,
        AFTER
    }

    /** Not an exception that anybody may handle. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final EventLog log;
    private final Point point;
    private final AtomicInteger left;

    /**
     * @param commits the commit at which it dies, from 1; those without records do not count
     */
    KillingLog(EventLog log, Point point, int commits) {
        this.log = log;
        this.point = point;
        this.left = new AtomicInteger(commits);
    }

    @Override
    public Optional<Position> open() {
        return log.open();
    }

    @Override
    public Outcome commit(List<ProducerRecord<byte[], byte[]>> records, Position position) {
        boolean isLast = !records.isEmpty() && left.decrementAndGet() == 0;
        if (isLast && point == Point.BEFORE) {
            throw new Killed();
        }
        Outcome outcome = log.commit(records, position);
        if (isLast) {
            throw new Killed();
        }
        return outcome;
    }

    @Override
    public void close() {
        log.close();
    }
}
