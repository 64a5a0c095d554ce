package io.fedmesh.wire;

import io.fedmesh.contract.Classification;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a state event: CloudEvents 1.0.2 in binary mode ({@code ce_*}) and our own {@code mesh_*}.
 *
 * @param source {@code ce_source}, a URI reference: {@code /<domain>/<source or topology>}
 * @param type {@code ce_type}: the product and major, {@code <domain>.<product>.v<major>}
 * @param time {@code ce_time}: when the source committed the change, microseconds at best
 * @param subject {@code ce_subject}: the record's key
 * @param classification {@code ce_dataclassification}
 * @param op {@code mesh_op}
 * @param version {@code mesh_version}; null on a derived event, whose version is its offset
 * @param transaction {@code mesh_txid}: the source's transaction number, unsigned 32 bit; null for a snapshot's row and
 *     on a derived event
 */
public record EventHeaders(
        String source,
        String type,
        Instant time,
        String subject,
        Classification classification,
        Op op,
        @Nullable Version version,
        @Nullable Long transaction) {

    /** Replaces every {@code ce_*} and {@code mesh_*} header by these. {@code ce_id} is derived from source and version. */
    public void writeTo(Headers headers) {
        throw new IllegalStateException("is written with the codec");
    }

    /**
     * Reads the headers of a record.
     *
     * @throws BadRecordException when one that must be there is missing or malformed
     */
    public static EventHeaders read(Headers headers) {
        throw new IllegalStateException("is written with the codec");
    }
}
