package io.fedmesh.wire;

import io.fedmesh.wire.BadRecordException.Reason;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's framing of a value: which schema wrote it and where its body begins.
 *
 * <ul>
 *   <li>V0: byte 0x00, the schema id as 4 bytes big-endian, the body. What we write.
 *   <li>V1: byte 0x01, the schema's GUID as 16 bytes, the body.
 *   <li>Header form (Confluent Platform 8): the prefix of V1, or of V0, stands in the header {@value #VALUE_HEADER} and the
 *       value is the body alone. The header wins, as it does in Confluent's own deserializers.
 * </ul>
 *
 * @param id the schema id of V0, 1 or more; 0 with a GUID
 * @param guid the GUID of V1, or null
 * @param bodyOffset where the body begins in the value
 */
record Framing(int id, @Nullable UUID guid, int bodyOffset) {
    static final String VALUE_HEADER = "__value_schema_id";
    static final byte V0 = 0;
    static final byte V1 = 1;
    static final int V0_LENGTH = 5;
    static final int V1_LENGTH = 17;

    /** Reads the framing of a value; refuses what is none with {@link Reason#BAD_FRAMING}. */
    static Framing read(byte[] value, Headers headers) {
        Header header = headers.lastHeader(VALUE_HEADER);
        if (header == null) {
            return prefix(value);
        }
        return ofHeader(header.value());
    }

    /** As {@link #read(byte[], Headers)}, of headers that were looked at already. */
    static Framing read(byte[] value, HeaderScan headers) {
        return headers.hasValueSchema() ? ofHeader(headers.value(HeaderScan.VALUE_SCHEMA)) : prefix(value);
    }

    private static Framing ofHeader(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw bad("the header " + VALUE_HEADER + " must hold a schema id but was null");
        }
        Framing framing = prefix(bytes);
        if (framing.bodyOffset != bytes.length) {
            throw bad("the header " + VALUE_HEADER + " must hold " + framing.bodyOffset + " bytes but held "
                    + bytes.length);
        }
        return new Framing(framing.id, framing.guid, 0);
    }

    private static Framing prefix(byte[] bytes) {
        if (bytes.length == 0) {
            throw bad("a value must begin with a magic byte but was empty");
        }
        switch (bytes[0]) {
            case V0:
                demandLength(bytes, V0_LENGTH);
                int id = (bytes[1] & 0xff) << 24 | (bytes[2] & 0xff) << 16 | (bytes[3] & 0xff) << 8 | bytes[4] & 0xff;
                if (id <= 0) {
                    throw bad("a schema id must be 1 or more but was " + id);
                }
                return new Framing(id, null, V0_LENGTH);
            case V1:
                demandLength(bytes, V1_LENGTH);
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                return new Framing(0, new UUID(buffer.getLong(1), buffer.getLong(9)), V1_LENGTH);
            default:
                throw bad("a value's magic byte must be 0 or 1 but was " + (bytes[0] & 0xff));
        }
    }

    private static void demandLength(byte[] bytes, int length) {
        if (bytes.length < length) {
            throw bad("a framed value must have " + length + " bytes or more but had " + bytes.length);
        }
    }

    private static BadRecordException bad(String message) {
        return new BadRecordException(Reason.BAD_FRAMING, message);
    }
}
