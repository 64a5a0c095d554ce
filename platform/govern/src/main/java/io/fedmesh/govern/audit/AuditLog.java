package io.fedmesh.govern.audit;

/**
 * Where decisions are recorded. Thread-safe. Both methods return only when the brokers hold the event on all replicas that
 * are in sync, and a caller treats every exception as a deny: what is not recorded is not done. After an exception the
 * event may stand on the log all the same, as the record of something that was then refused.
 */
public interface AuditLog extends AutoCloseable {
    /**
     * Records an event of the data plane: a read, a decision about one. It is under a signed checkpoint soon after.
     *
     * @throws AuditUnavailableException when it could not be recorded in time
     */
    AuditReceipt record(AuditEvent event);

    /**
     * Records an event that gives, takes or erases, and returns only when a signed checkpoint covers it, kept elsewhere
     * than the log: from then on not even cutting the log's end off goes unseen.
     *
     * @throws AuditUnavailableException when it could not be recorded and covered in time
     */
    AuditReceipt recordSealed(AuditEvent event);

    /** Covers what is not covered yet, if it can, and lets go. */
    @Override
    void close();
}
