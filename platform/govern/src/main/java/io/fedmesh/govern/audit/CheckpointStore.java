package io.fedmesh.govern.audit;

import java.util.List;
import java.util.Optional;

/**
 * Keeps the signed heads of the log, elsewhere than the log and under other rights. What is there is never overwritten.
 * Thread-safe. In S3: {@code PutObject} with {@code If-None-Match: *} into a bucket with Object Lock. Every method throws
 * {@link AuditUnavailableException} when the store does not answer.
 */
public interface CheckpointStore {
    /**
     * Writes it durably, or tells that one is there.
     *
     * @param ordinal 0 for the partition's first checkpoint, rising by 1
     * @return false when there is one of this ordinal, which stays as it is
     */
    boolean putIfAbsent(int partition, long ordinal, byte[] content);

    /** The content of one; empty when there is none of this ordinal. */
    Optional<byte[]> read(int partition, long ordinal);

    /** The ordinals that are there, rising. */
    List<Long> ordinals(int partition);
}
