package io.fedmesh.govern.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record of the log as it stands there, believed in nothing: whether it is as it was written, {@link AuditTrail#verify}
 * tells.
 *
 * @param partition of the topic
 * @param offset of the record on the topic
 * @param sequence that the record claims; -1 where it claims none
 * @param hash that it claims, SHA-384 in base64; null where it claims none
 * @param previous hash that it claims to follow; null where it claims none
 * @param appendedAt when the brokers took it, by their clock
 * @param event what it tells; null where it is no event
 */
public record AuditEntry(
        int partition,
        long offset,
        long sequence,
        @Nullable String hash,
        @Nullable String previous,
        Instant appendedAt,
        @Nullable AuditEvent event) {}
