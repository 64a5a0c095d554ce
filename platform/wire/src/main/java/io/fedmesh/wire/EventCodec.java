package io.fedmesh.wire;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.internal.AvroBody;
import io.fedmesh.wire.internal.JavaStrings;
import java.util.Arrays;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The values of one product's topic: an Avro record to framed bytes, and back. The schema id of what it writes is looked
 * up once; what it reads is bound to the topic's subject. Not thread-safe: one instance a thread (buffers are reused).
 */
public final class EventCodec {
    /** Largest framed value in bytes, unless told otherwise. */
    public static final int MAX_VALUE_BYTES = 8 << 20;

    /** Where the body begins in what {@link #framed} takes. */
    public static final int BODY_OFFSET = Framing.V0_LENGTH;

    private final Contract contract;
    private final SchemaRegistry registry;
    private final int maxValueBytes;
    private final String subject;
    private final AvroBody body;
    private int writtenId;
    private int readId;
    private @Nullable Schema readSchema;

    /** A codec with the usual limit. Demands {@link AvroLimits}. */
    public EventCodec(Contract contract, SchemaRegistry registry) {
        this(contract, registry, MAX_VALUE_BYTES);
    }

    /**
     * A codec with its own limit. Demands {@link AvroLimits}.
     *
     * @param maxValueBytes largest framed value in bytes, written or read
     */
    public EventCodec(Contract contract, SchemaRegistry registry, int maxValueBytes) {
        AvroLimits.demand();
        this.contract = contract;
        this.registry = registry;
        this.maxValueBytes = maxValueBytes;
        this.subject = contract.topic().subject();
        this.body = new AvroBody(contract.schema());
    }

    /** Whether two schemas are one, apart from the marks that Avro's code generator leaves in the schema of a class. */
    public static boolean isSameSchema(Schema one, Schema other) {
        return JavaStrings.without(one).equals(JavaStrings.without(other));
    }

    /**
     * Framing V0 of the record, which must have the contract's schema. A record may hold logical types (BigDecimal,
     * Instant) or their plain values.
     *
     * @throws BadRecordException with {@code CONTRACT} when a value does not fit the schema, with {@code TOO_LARGE}, or
     *     with {@code UNKNOWN_SCHEMA} when the contract's schema is not registered
     * @throws RegistryUnavailableException when the registry cannot be asked
     * @throws IllegalArgumentException when the record has another schema: a bug of the caller
     */
    public byte[] encode(IndexedRecord record) {
        byte[] framed;
        try {
            framed = body.write(writtenId(), record);
        } catch (AvroBody.MismatchException e) {
            throw new BadRecordException(Reason.CONTRACT, where() + e.getMessage());
        }
        demandSize(framed);
        return framed;
    }

    /**
     * Framing V0 around a body that the caller has written by the contract's schema in Avro's binary encoding.
     *
     * @param bytes the body from {@link #BODY_OFFSET} on; not kept
     * @param end where the body ends
     * @throws BadRecordException with {@code TOO_LARGE}, or with {@code UNKNOWN_SCHEMA} when the contract's schema is not
     *     registered
     * @throws RegistryUnavailableException when the registry cannot be asked
     */
    public byte[] framed(byte[] bytes, int end) {
        int id = writtenId();
        byte[] framed = Arrays.copyOf(bytes, end);
        framed[0] = Framing.V0;
        framed[1] = (byte) (id >>> 24);
        framed[2] = (byte) (id >>> 16);
        framed[3] = (byte) (id >>> 8);
        framed[4] = (byte) id;
        demandSize(framed);
        return framed;
    }

    private int writtenId() {
        if (writtenId == 0) {
            writtenId = registry.id(subject, contract.schema());
        }
        return writtenId;
    }

    /**
     * The record as its writer wrote it, resolved to {@code reader}, with Avro's logical types converted (BigDecimal,
     * Instant) and texts as {@link String}.
     *
     * @param headers the record's headers: framing V1 may put the schema id there
     * @throws BadRecordException when the bytes are definitely bad
     * @throws RegistryUnavailableException when the registry cannot be asked
     */
    public GenericRecord decode(byte[] value, Headers headers, Schema reader) {
        Framing framing = framing(value, headers);
        Schema writer = writer(framing);
        try {
            return body.read(value, framing.bodyOffset(), writer, reader);
        } catch (AvroBody.MismatchException e) {
            throw new BadRecordException(Reason.UNDECODABLE, where() + e.getMessage());
        }
    }

    /** As {@link #decode}, into a class that Avro generated. */
    public <T extends SpecificRecord> T decodeAs(byte[] value, Headers headers, Class<T> type) {
        Framing framing = framing(value, headers);
        Schema writer = writer(framing);
        try {
            return body.read(value, framing.bodyOffset(), writer, type);
        } catch (AvroBody.MismatchException e) {
            throw new BadRecordException(Reason.UNDECODABLE, where() + e.getMessage());
        }
    }

    /**
     * Who wrote a value and where its body begins, for a caller that reads the body by itself.
     *
     * @param schema the writer's schema; the same object for the same id while this codec lives
     * @param bodyOffset where the body begins; it ends with the value
     */
    public record Written(Schema schema, int bodyOffset) {}

    /**
     * Reads a value's framing and looks its schema up; the body is not looked at.
     *
     * @param headers the record's headers: framing V1 may put the schema id there
     * @throws BadRecordException when the framing is bad, the schema unknown or of another subject, or the value too large
     * @throws RegistryUnavailableException when the registry cannot be asked
     */
    public Written written(byte[] value, HeaderScan headers) {
        demandSize(value);
        Framing framing = Framing.read(value, headers);
        return new Written(writer(framing), framing.bodyOffset());
    }

    private Framing framing(byte[] value, Headers headers) {
        demandSize(value);
        return Framing.read(value, headers);
    }

    private Schema writer(Framing framing) {
        UUID guid = framing.guid();
        if (guid != null) {
            return registry.schema(subject, guid);
        }
        Schema known = readSchema;
        if (known == null || framing.id() != readId) {
            known = registry.schema(subject, framing.id());
            readId = framing.id();
            readSchema = known;
        }
        return known;
    }

    private void demandSize(byte[] value) {
        if (value.length > maxValueBytes) {
            throw new BadRecordException(
                    Reason.TOO_LARGE,
                    where() + "a value must have at most " + maxValueBytes + " bytes but had " + value.length);
        }
    }

    private String where() {
        return "[" + contract.topic() + "] ";
    }
}
