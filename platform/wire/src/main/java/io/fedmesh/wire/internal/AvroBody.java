package io.fedmesh.wire.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Avro's binary encoding with every way to fail folded into one exception that holds no value of the record. Only from
 * byte arrays: the decoders over streams cannot check a length against the bytes that are left. Not thread-safe.
 */
public final class AvroBody {
    private static final int MAX_READERS = 64;
    private static final int MAX_KEPT_BUFFER_BYTES = 1 << 20;
    private static final GenericData GENERIC = genericData();

    /** The bytes and the schemas do not fit each other. The message holds no value. */
    public static final class MismatchException extends Exception {
        private static final long serialVersionUID = 1L;

        MismatchException(String message) {
            super(message);
        }
    }

    private record Pair(Identity writer, Identity reader) {}

    /** A schema compared by identity: comparing by content costs more than reading a record. */
    private record Identity(Object value) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity identity && identity.value == value;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(value);
        }
    }

    private final Schema written;
    private final Map<Pair, DatumReader<?>> readers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, DatumReader<?>> eldest) {
            return size() > MAX_READERS;
        }
    };
    private ByteArrayOutputStream buffer = new ByteArrayOutputStream(512);
    private @Nullable BinaryEncoder encoder;
    private @Nullable BinaryDecoder decoder;
    private @Nullable Schema writerSchema;
    private @Nullable DatumWriter<Object> writer;

    /** For records of this schema; records of any schema can be read. */
    public AvroBody(Schema written) {
        this.written = written;
    }

    /** {@code 0x00}, the id as 4 bytes, the record. */
    public byte[] write(int id, IndexedRecord record) throws MismatchException {
        buffer.write(0);
        buffer.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
        return body(record);
    }

    /** The 8 bytes of a fingerprint, the record. */
    public byte[] write(long fingerprint, IndexedRecord record) throws MismatchException {
        buffer.writeBytes(ByteBuffer.allocate(8).putLong(fingerprint).array());
        return body(record);
    }

    private byte[] body(IndexedRecord record) throws MismatchException {
        DatumWriter<Object> to = writer(record);
        try {
            encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
            to.write(record, encoder);
            encoder.flush();
            return buffer.toByteArray();
        } catch (IOException | RuntimeException e) {
            encoder = null; // it may hold half a record
            throw new MismatchException("the record must fit the schema " + written.getFullName()
                    + " but writing it failed: " + e.getClass().getSimpleName());
        } catch (StackOverflowError e) {
            encoder = null;
            throw new MismatchException("the record must not nest so deep");
        } finally {
            if (buffer.size() > MAX_KEPT_BUFFER_BYTES) {
                buffer = new ByteArrayOutputStream(512);
            } else {
                buffer.reset();
            }
        }
    }

    /** The record that begins at the offset and ends with the array. */
    public GenericRecord read(byte[] bytes, int offset, Schema from, Schema to) throws MismatchException {
        Pair pair = new Pair(new Identity(from), new Identity(to));
        @SuppressWarnings("unchecked")
        DatumReader<GenericRecord> reader =
                (DatumReader<GenericRecord>) readers.computeIfAbsent(pair, p -> new StringReader(from, to));
        return read(bytes, offset, reader);
    }

    /** As the other, into a class that Avro generated. */
    public <T extends SpecificRecord> T read(byte[] bytes, int offset, Schema from, Class<T> to)
            throws MismatchException {
        Pair pair = new Pair(new Identity(from), new Identity(to));
        @SuppressWarnings("unchecked")
        DatumReader<T> reader = (DatumReader<T>) readers.computeIfAbsent(pair, p -> {
            GeneratedData data = new GeneratedData(to);
            return new SpecificDatumReader<T>(from, data.getSchema(to), data);
        });
        return read(bytes, offset, reader);
    }

    private <T> T read(byte[] bytes, int offset, DatumReader<T> reader) throws MismatchException {
        try {
            BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, decoder);
            decoder = in;
            @SuppressWarnings("NullAway") // no record to reuse
            T record = reader.read(null, in);
            if (!in.isEnd()) {
                throw new MismatchException("the body must end with the record but bytes follow it");
            }
            return record;
        } catch (SecurityException e) {
            throw e; // says something about the process, nothing about the bytes
        } catch (IOException | RuntimeException e) {
            decoder = null;
            throw new MismatchException("the body must follow its schema but reading it failed: "
                    + e.getClass().getSimpleName());
        } catch (StackOverflowError e) {
            decoder = null;
            throw new MismatchException("the body must not nest so deep");
        }
    }

    private DatumWriter<Object> writer(IndexedRecord record) {
        Schema schema = record.getSchema();
        if (writer != null && schema == writerSchema) {
            return writer;
        }
        if (!JavaStrings.without(schema).equals(JavaStrings.without(written))) {
            throw new IllegalArgumentException("a record must have the contract's schema " + written.getFullName()
                    + " but had another one, named " + schema.getFullName());
        }
        DatumWriter<Object> made = record instanceof SpecificRecord
                ? new SpecificDatumWriter<>(schema, SpecificData.getForClass(record.getClass()))
                : new GenericDatumWriter<>(schema, GENERIC);
        writerSchema = schema;
        writer = made;
        return made;
    }

    private static GenericData genericData() {
        GenericData data = new GenericData();
        data.setFastReaderEnabled(false); // it cannot be told to make Strings of a schema that does not say so
        data.addLogicalTypeConversion(new Conversions.DecimalConversion());
        data.addLogicalTypeConversion(new Conversions.UUIDConversion());
        data.addLogicalTypeConversion(new TimeConversions.DateConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
        return data;
    }

    /** Texts as {@link String}, whatever the schema's properties say. */
    private static final class StringReader extends GenericDatumReader<GenericRecord> {
        StringReader(Schema from, Schema to) {
            super(from, to, GENERIC);
        }

        @Override
        protected Class<?> findStringClass(Schema schema) {
            return String.class;
        }
    }
}
