package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.ChangeHeaders;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.HeaderScan;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A raw record to a {@link Change}: every check that can be made before a row is written, and no value made. A derived event's headers are not asked: its version is its offset, and what Kafka
 * Streams hands on of its inputs' headers says nothing about it. Used by one thread.
 */
final class Decoder {
    private static final int MAX_WRITERS = 64;

    private final Contract contract;
    private final EventCodec codec;
    private final boolean derived;
    private final HeaderScan scan = new HeaderScan();
    private final Map<Schema, AvroWalk> walks = new IdentityHashMap<>();
    private @Nullable Schema lastWriter;
    private @Nullable AvroWalk lastWalk;

    Decoder(Contract contract, SchemaRegistry registry) {
        this.contract = contract;
        this.codec = new EventCodec(contract, registry);
        this.derived = contract.origin() instanceof Contract.Derived;
    }

    /**
     * @throws BadRecordException when the record is definitely bad
     * @throws io.fedmesh.wire.RegistryUnavailableException when its schema cannot be asked for
     */
    Change decode(ConsumerRecord<byte[], byte[]> raw) {
        byte[] key = key(raw.key());
        scan.read(raw.headers());
        Change.Body value = raw.value() == null ? null : body(raw.value(), key);
        if (derived) {
            return new Change(
                    raw.partition(),
                    raw.offset(),
                    raw.timestamp(),
                    Key.of(key),
                    value == null ? Op.DELETE : Op.UPDATE,
                    Version.ofOffset(raw.offset()),
                    raw.timestamp() * 1_000,
                    Change.NO_TRANSACTION,
                    value);
        }
        ChangeHeaders headers = ChangeHeaders.read(scan);
        if ((headers.op() == Op.DELETE) != (value == null)) {
            throw new BadRecordException(
                    Reason.CONTRACT,
                    "'mesh_op' must be d exactly when the value is null but was "
                            + headers.op().code());
        }
        return new Change(
                raw.partition(),
                raw.offset(),
                raw.timestamp(),
                Key.of(key),
                headers.op(),
                headers.version(),
                headers.timeMicros(),
                headers.transaction(),
                value);
    }

    private Change.Body body(byte[] value, byte[] key) {
        EventCodec.Written written = codec.written(value, scan);
        try {
            walk(written.schema()).check(value, written.bodyOffset(), key);
        } catch (MalformedException e) {
            throw new BadRecordException(Reason.UNDECODABLE, "[" + contract.topic() + "] " + e.getMessage());
        }
        return Change.Body.ofRest(value, written.bodyOffset(), written.schema());
    }

    private AvroWalk walk(Schema writer) {
        if (writer == lastWriter && lastWalk != null) {
            return lastWalk;
        }
        AvroWalk walk = walks.get(writer);
        if (walk == null) {
            if (walks.size() == MAX_WRITERS) {
                walks.clear();
            }
            walk = AvroWalk.of(writer, contract.schema(), contract.keyFields());
            walks.put(writer, walk);
        }
        lastWriter = writer;
        lastWalk = walk;
        return walk;
    }

    private static byte[] key(byte @Nullable [] key) {
        if (key == null) {
            throw new BadRecordException(Reason.NULL_KEY, "a record must have a key");
        }
        if (!Utf8.isValid(key, 0, key.length)) {
            throw new BadRecordException(Reason.CONTRACT, "a key must be UTF-8");
        }
        return key;
    }
}
