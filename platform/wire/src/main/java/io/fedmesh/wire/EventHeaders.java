package io.fedmesh.wire;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.header.Header;
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

    private static final String CE = "ce_";
    private static final String MESH = "mesh_";
    static final String SPEC_VERSION = "ce_specversion";
    static final String ID = "ce_id";
    static final String SOURCE = "ce_source";
    static final String TYPE = "ce_type";
    static final String TIME = "ce_time";
    static final String SUBJECT = "ce_subject";
    static final String CLASSIFICATION = "ce_dataclassification";
    static final String OP = "mesh_op";
    static final String VERSION = "mesh_version";
    static final String TRANSACTION = "mesh_txid";

    static final long HASH_SEED = 0xcbf29ce484222325L;
    static final byte[] ONE_ZERO = bytes("1.0");
    static final long MAX_TRANSACTION = 0xffff_ffffL;
    static final DateTimeFormatter MICROS =
            new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

    public EventHeaders {
        if (transaction != null) {
            demandTransaction(transaction);
        }
    }

    static void demandTransaction(long transaction) {
        if (transaction < 0 || transaction > MAX_TRANSACTION) {
            throw new IllegalArgumentException(
                    "'mesh_txid' must be 0 to " + MAX_TRANSACTION + " but was " + transaction);
        }
    }

    /**
     * Replaces every {@code ce_*} and {@code mesh_*} header by these, drops a schema id (we frame by prefix), and leaves
     * the others, {@code traceparent} among them, as they are. {@code ce_id} is derived from type, key and version: the same change has the same id whenever it
     * is sent again.
     */
    public void writeTo(Headers headers) {
        writeTo(headers, version == null ? Long.toHexString(micros(time)) : version.hex());
    }

    /**
     * As {@link #writeTo(Headers)}, for a derived event, which has no version of its own.
     *
     * @param cause what tells this event from others of the same key, for example its input's topic, partition and offset
     */
    public void writeTo(Headers headers, String cause) {
        removeOurs(headers);
        headers.add(SPEC_VERSION, ONE_ZERO);
        headers.add(ID, bytes(cause + "-" + HexFormat.of().toHexDigits(typeAndKeyHash())));
        headers.add(SOURCE, bytes(source));
        headers.add(TYPE, bytes(type));
        headers.add(TIME, bytes(MICROS.format(time)));
        headers.add(SUBJECT, bytes(subject));
        headers.add(CLASSIFICATION, bytes(classification.toString()));
        headers.add(OP, bytes(op.code()));
        if (version != null) {
            headers.add(VERSION, bytes(version.hex()));
        }
        if (transaction != null) {
            headers.add(TRANSACTION, bytes(Long.toString(transaction)));
        }
    }

    /**
     * Reads the headers of a record. {@code ce_time} may have any offset and precision; the last header of a name counts.
     *
     * @throws BadRecordException with {@code CONTRACT} when one that must be there is missing or malformed
     */
    public static EventHeaders read(Headers headers) {
        String specVersion = demand(headers, SPEC_VERSION);
        if (!specVersion.equals("1.0")) {
            throw bad(SPEC_VERSION, "must be 1.0");
        }
        demand(headers, ID);
        String version = text(headers, VERSION);
        String transaction = text(headers, TRANSACTION);
        return new EventHeaders(
                demand(headers, SOURCE),
                demand(headers, TYPE),
                time(demand(headers, TIME)),
                demand(headers, SUBJECT),
                classification(demand(headers, CLASSIFICATION)),
                op(demand(headers, OP)),
                version == null ? null : version(version),
                transaction == null ? null : transaction(transaction));
    }

    private static void removeOurs(Headers headers) {
        List<String> ours = new ArrayList<>();
        for (Header header : headers) {
            String name = header.key();
            if (name.startsWith(CE) || name.startsWith(MESH) || name.equals(Framing.VALUE_HEADER)) {
                ours.add(header.key());
            }
        }
        ours.forEach(headers::remove);
    }

    /** {@code ce_type} of a contract's events. */
    public static String type(Contract contract) {
        return contract.name() + ".v" + contract.topic().major();
    }

    /** {@code ce_source} of what a component of a domain publishes: a source or a topology. */
    public static String source(String domain, String component) {
        return "/" + domain + "/" + component;
    }

    /** Rows of one snapshot share a version, so type and key must be part of the id. */
    private long typeAndKeyHash() {
        return hash(hash(hash(HASH_SEED, type), "|"), subject);
    }

    /** FNV-1a, 64 bit, over characters, on from a hash. */
    static long hash(long from, String text) {
        long hash = from;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw bad(TIME, "must be an RFC 3339 time");
        }
    }

    static Classification classification(String text) {
        for (Classification classification : Classification.values()) {
            if (classification.toString().equals(text)) {
                return classification;
            }
        }
        throw bad(CLASSIFICATION, "must be one of public, internal, confidential, restricted");
    }

    static Op op(String code) {
        try {
            return Op.of(code);
        } catch (IllegalArgumentException e) {
            throw bad(OP, "must be one of c, u, d, r");
        }
    }

    static Version version(String hex) {
        try {
            return Version.parse(hex);
        } catch (IllegalArgumentException e) {
            throw bad(VERSION, "must have " + Version.HEX_LENGTH + " hexadecimal digits");
        }
    }

    static long transaction(String text) {
        try {
            long transaction = Long.parseLong(text);
            if (transaction >= 0 && transaction <= MAX_TRANSACTION) {
                return transaction;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw bad(TRANSACTION, "must be a number of 0 to " + MAX_TRANSACTION);
    }

    private static String demand(Headers headers, String name) {
        String text = text(headers, name);
        if (text == null || text.isEmpty()) {
            throw bad(name, "must be there");
        }
        return text;
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Never with the value: a header may hold a key. */
    static BadRecordException bad(String name, String rule) {
        return new BadRecordException(Reason.CONTRACT, "the header " + name + " " + rule);
    }
}
