package io.fedmesh.wire;

import io.fedmesh.wire.internal.AvroBody;
import io.fedmesh.wire.internal.JavaStrings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A generated record in a program's own store or internal topic: the schema's fingerprint (8 bytes) and Avro's binary
 * form. No registry is asked: what is read must have been written with the very same schema, its logical types included.
 * Not thread-safe: one instance a thread (buffers are reused).
 */
public final class StoredCodec<T extends SpecificRecord> {
    private static final int PREFIX_LENGTH = 8;

    private final Class<T> type;
    private final Schema schema;
    private final long fingerprint;
    private final AvroBody body;

    /** Demands {@link AvroLimits}. */
    public StoredCodec(Class<T> type) {
        AvroLimits.demand();
        this.type = type;
        this.schema = SpecificData.getForClass(type).getSchema(type);
        byte[] text = JavaStrings.without(schema).toString().getBytes(StandardCharsets.UTF_8);
        this.fingerprint = SchemaNormalization.fingerprint64(text);
        this.body = new AvroBody(schema);
    }

    /**
     * The record's bytes.
     *
     * @throws IllegalStateException when the record does not fit its own schema
     */
    public byte[] write(T record) {
        try {
            return body.write(fingerprint, record);
        } catch (AvroBody.MismatchException e) {
            throw new IllegalStateException("[store of " + type.getSimpleName() + "] " + e.getMessage());
        }
    }

    /**
     * The record of {@link #write}.
     *
     * @throws IllegalStateException when the bytes were written with another schema, or are none of ours
     */
    public T read(byte[] bytes) {
        if (bytes.length < PREFIX_LENGTH || ByteBuffer.wrap(bytes).getLong() != fingerprint) {
            throw new IllegalStateException(
                    "[store of " + type.getSimpleName()
                            + "] must hold records of the schema that this program has but holds others: reset the application");
        }
        try {
            return body.read(bytes, PREFIX_LENGTH, schema, type);
        } catch (AvroBody.MismatchException e) {
            throw new IllegalStateException("[store of " + type.getSimpleName() + "] " + e.getMessage());
        }
    }
}
