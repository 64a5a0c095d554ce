package io.fedmesh.wire;

import io.fedmesh.contract.Contract;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.header.Headers;

/**
 * The values of one product's topic: an Avro record to framed bytes, and back. The schema id of what it writes is looked
 * up once; what it reads is bound to the topic's subject. Not thread-safe: one instance a thread (buffers are reused).
 */
public final class EventCodec {
    private final Contract contract;
    private final SchemaRegistry registry;

    public EventCodec(Contract contract, SchemaRegistry registry) {
        this.contract = contract;
        this.registry = registry;
    }

    /** Framing V0 of the record, which must have the contract's schema. */
    public byte[] encode(IndexedRecord record) {
        throw new IllegalStateException("is written with the codec of " + contract.name() + registry);
    }

    /**
     * The record as its writer wrote it, resolved to {@code reader}, with Avro's logical types converted (BigDecimal,
     * Instant).
     *
     * @param headers the record's headers: framing V1 may put the schema id there
     * @throws BadRecordException when the bytes are definitely bad
     * @throws RegistryUnavailableException when the registry cannot be asked
     */
    public GenericRecord decode(byte[] value, Headers headers, Schema reader) {
        throw new IllegalStateException("is written with the codec of " + contract.name() + reader);
    }
}
