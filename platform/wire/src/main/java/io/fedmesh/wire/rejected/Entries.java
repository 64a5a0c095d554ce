package io.fedmesh.wire.rejected;

import io.fedmesh.wire.RejectedRecord;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Tells of refused records without telling what is in them. */
final class Entries {
    private static final int FRAMING_BYTES = 5;
    /** Headers whose text is told, beside those of the refusal: none of them can hold a value. Of others the length is. */
    private static final Set<String> TELLING = Set.of("mesh_op", "mesh_version", "mesh_txid", "mesh_replayed");

    private static final int MAX_TEXT_BYTES = 200;

    private Entries() {}

    static RejectedRecords.Entry of(TopicPartition partition, Refusal refusal, @Nullable Settlement settlement) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : refusal.headers()) {
            byte[] value = header.value();
            headers.put(
                    header.key(),
                    value == null
                            ? "null"
                            : tells(header.key(), value)
                                    ? new String(value, StandardCharsets.UTF_8)
                                    : value.length + " bytes");
        }
        byte[] value = refusal.value();
        return new RejectedRecords.Entry(
                partition.partition() + ":" + refusal.offset(),
                refusal.refusedAt(),
                refusal.reason(),
                refusal.message(),
                refusal.by(),
                refusal.contractVersion(),
                refusal.origin().topic() + ":" + refusal.origin().partition() + ":"
                        + refusal.origin().offset(),
                headers,
                refusal.key() == null ? -1 : refusal.key().length,
                value == null ? -1 : value.length,
                framing(value),
                settlement == null
                        ? null
                        : settlement.outcome() + " by " + settlement.by() + " at " + settlement.at() + ": "
                                + settlement.why());
    }

    private static boolean tells(String name, byte[] value) {
        return name.startsWith(RejectedRecord.HEADER_PREFIX)
                || (TELLING.contains(name) && value.length <= MAX_TEXT_BYTES);
    }

    /** What stands before the entity; of a value that is not framed, its first byte, which is why it was refused. */
    private static String framing(byte @Nullable [] value) {
        if (value == null || value.length == 0) {
            return "";
        }
        boolean framed = value.length > FRAMING_BYTES && (value[0] == 0 || value[0] == 1);
        return HexFormat.of().formatHex(value, 0, framed ? FRAMING_BYTES : 1);
    }
}
