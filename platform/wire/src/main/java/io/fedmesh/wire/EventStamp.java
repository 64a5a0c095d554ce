package io.fedmesh.wire;

import io.fedmesh.contract.Classification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one product's captured events, byte for byte those of {@link EventHeaders}: what is the same in every
 * event is made once. Not thread-safe.
 */
public final class EventStamp {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_DIGITS = 16;

    private final Header specVersion = new RecordHeader(EventHeaders.SPEC_VERSION, EventHeaders.ONE_ZERO);
    private final Header source;
    private final Header type;
    private final Header classification;
    private final Header[] ops = new Header[Op.values().length];
    private final long typeHash;
    private long timeMicros = Long.MIN_VALUE;
    private Header time = new RecordHeader(EventHeaders.TIME, new byte[0]);
    private long lastTransaction = Long.MIN_VALUE;
    private Header transactionHeader = new RecordHeader(EventHeaders.TRANSACTION, new byte[0]);

    /** Parameters as of {@link EventHeaders}. */
    public EventStamp(String source, String type, Classification classification) {
        this.source = header(EventHeaders.SOURCE, source);
        this.type = header(EventHeaders.TYPE, type);
        this.classification = header(EventHeaders.CLASSIFICATION, classification.toString());
        for (Op op : Op.values()) {
            ops[op.ordinal()] = header(EventHeaders.OP, op.code());
        }
        this.typeHash = EventHeaders.hash(EventHeaders.hash(EventHeaders.HASH_SEED, type), "|");
    }

    /**
     * The headers of an event.
     *
     * @param key the record's key and, in UTF-8, its bytes, which are not copied
     * @param committedAtMicros when the source committed the change, microseconds since the epoch
     */
    public List<Header> headers(
            String key, byte[] keyBytes, Op op, Version version, @Nullable Long transaction, long committedAtMicros) {
        byte[] id = id(version, EventHeaders.hash(typeHash, key));
        Header[] headers = new Header[transaction == null ? 9 : 10];
        headers[0] = specVersion;
        headers[1] = new RecordHeader(EventHeaders.ID, id);
        headers[2] = source;
        headers[3] = type;
        headers[4] = time(committedAtMicros);
        headers[5] = new RecordHeader(EventHeaders.SUBJECT, keyBytes);
        headers[6] = classification;
        headers[7] = ops[op.ordinal()];
        headers[8] = new RecordHeader(EventHeaders.VERSION, Arrays.copyOf(id, Version.HEX_LENGTH));
        if (transaction != null) {
            headers[9] = transaction(transaction);
        }
        return Arrays.asList(headers);
    }

    /** Rows of one transaction share their time. */
    private Header time(long micros) {
        if (micros != timeMicros) {
            Instant instant = Instant.ofEpochSecond(
                    Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
            time = header(EventHeaders.TIME, EventHeaders.MICROS.format(instant));
            timeMicros = micros;
        }
        return time;
    }

    private Header transaction(long number) {
        if (number != lastTransaction) {
            EventHeaders.demandTransaction(number);
            transactionHeader = header(EventHeaders.TRANSACTION, Long.toString(number));
            lastTransaction = number;
        }
        return transactionHeader;
    }

    /** The version's digits, a hyphen, and those of the hash. */
    private static byte[] id(Version version, long hash) {
        byte[] id = new byte[Version.HEX_LENGTH + 1 + HASH_DIGITS];
        digits(id, 0, 16, version.commitLsn());
        digits(id, 16, 16, version.lsn());
        digits(id, 32, 8, version.index());
        id[Version.HEX_LENGTH] = '-';
        digits(id, Version.HEX_LENGTH + 1, HASH_DIGITS, hash);
        return id;
    }

    private static void digits(byte[] to, int offset, int count, long number) {
        long rest = number;
        for (int i = offset + count - 1; i >= offset; i--) {
            to[i] = DIGITS[(int) (rest & 0xf)];
            rest >>>= 4;
        }
    }

    private static Header header(String name, String text) {
        return new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
