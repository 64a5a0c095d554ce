package io.fedmesh.lake.internal;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Goes over the bytes of one writer's records: whether they follow the schema to their last byte, can be read as the
 * contract's schema, and belong to their key. Compiled once per writer's schema; nothing is made of the values. Used by one
 * thread.
 */
final class AvroWalk {
    private final AvroChecks.Check[] fields;
    /** Per field of the writer its part of the key, -1 when it is none. */
    private final int[] keyPart;

    private final KeyTexts key;
    private final int[] keyPosition;
    private final AvroInput in = new AvroInput();

    private AvroWalk(AvroChecks.Check[] fields, int[] keyPart, KeyTexts key, int parts) {
        this.fields = fields;
        this.keyPart = keyPart;
        this.key = key;
        this.keyPosition = new int[parts];
    }

    /**
     * Compiles a walk.
     *
     * @param writer of the bytes
     * @param reader the contract's schema
     * @param keyFields of the reader
     */
    static AvroWalk of(Schema writer, Schema reader, List<String> keyFields) {
        Resolver.Action action = resolve(writer, reader);
        AvroChecks checks = new AvroChecks();
        if (!(action instanceof Resolver.RecordAdjust record)) {
            return new AvroWalk(new AvroChecks.Check[] {checks.of(action)}, new int[] {-1}, KeyTexts.none(), 0);
        }
        AvroChecks.Check[] fields =
                Arrays.stream(record.fieldActions).map(checks::of).toArray(AvroChecks.Check[]::new);
        int[] keyPart = new int[fields.length];
        int read = 0;
        for (int i = 0; i < fields.length; i++) {
            boolean isSkipped = record.fieldActions[i].type == Resolver.Action.Type.SKIP;
            keyPart[i] = isSkipped ? -1 : keyFields.indexOf(record.readerOrder[read++].name());
        }
        return new AvroWalk(fields, keyPart, KeyTexts.of(record, keyFields), keyFields.size());
    }

    /** Avro's resolution of two schemas, the reader's aliases applied. */
    static Resolver.Action resolve(Schema writer, Schema reader) {
        return Resolver.resolve(Schema.applyAliases(writer, reader), reader, GenericData.get());
    }

    /**
     * Checks a record.
     *
     * @param record holds the record from {@code offset} to its end
     * @param keyBytes the record's key
     * @throws MalformedException when the bytes do not follow the schema
     * @throws BadRecordException with {@code CONTRACT} when the key is not the entity's
     */
    void check(byte[] record, int offset, byte[] keyBytes) {
        in.begin(record, offset);
        try {
            for (int i = 0; i < fields.length; i++) {
                int part = keyPart[i];
                if (part >= 0) {
                    keyPosition[part] = in.position();
                }
                fields[i].check(in);
            }
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedException("the record must not end within a value");
        }
        if (!in.isEnd()) {
            throw new MalformedException("the body must end with the record but bytes follow it");
        }
        if (!key.is(keyBytes, record, keyPosition)) {
            throw new BadRecordException(
                    Reason.CONTRACT, "the record's key must be the text of " + key.fields() + " but was not");
        }
    }
}
