package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.Tokens;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against the way over Avro's generic records and Iceberg's generic writer, which is the oracle. */
class RowWriterTest {
    private static final int FRAMING_BYTES = 5;
    /** More of them with {@code -Dfedmesh.schemas=}. */
    private static final int SCHEMAS = Integer.getInteger("fedmesh.schemas", 8);

    private static final int ROWS = 40;
    /** Every so many seeds the table has the writer's own schema. */
    private static final int SAME = 4;

    private final FakeRegistry registry = new FakeRegistry();
    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private int tables;

    RowWriterTest() {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("n"));
    }

    @Test
    void rowsOfAnySchemaAndAnyLaterSchemaAreThoseOfTheGenericWriter() throws IOException {
        for (int seed = 1; seed <= SCHEMAS; seed++) {
            Product product = new Product(seed);
            List<byte[]> values = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                values.add(product.value());
            }
            product.same(values);
        }
    }

    @Test
    void theSeedsHaveTokenisedFieldsOfMoreThanOneKind() {
        Set<Schema.Type> writers = EnumSet.noneOf(Schema.Type.class);
        for (int seed = 1; seed <= SCHEMAS; seed++) {
            Product product = new Product(seed);
            for (String name : product.contract.tokenised()) {
                Schema.Field field = product.writer.getField(name);
                writers.add(field == null ? Schema.Type.NULL : field.schema().getType());
            }
        }
        assertThat(writers).contains(Schema.Type.STRING, Schema.Type.UNION);
    }

    @Test
    void aRecordCutShortAnywhereIsRefused() {
        for (int seed = 1; seed <= SCHEMAS; seed++) {
            Product product = new Product(seed);
            byte[] value = product.value();
            byte[] key = product.key(value);
            for (int length = FRAMING_BYTES; length < value.length; length++) {
                assertThat(product.refusal(java.util.Arrays.copyOf(value, length), key))
                        .as("seed %s, %s of %s bytes", seed, length, value.length)
                        .isNotNull();
            }
            assertThat(product.refusal(java.util.Arrays.copyOf(value, value.length + 1), key))
                    .isNotNull();
        }
    }

    @Test
    void aRecordWithABitTurnedIsRefusedOrReadAsTheGenericReaderReadsIt() throws IOException {
        Random random = new Random(5);
        int refused = 0;
        int accepted = 0;
        for (int seed = 1; seed <= SCHEMAS; seed++) {
            Product product = new Product(seed);
            List<byte[]> read = new ArrayList<>();
            byte[] value = product.value();
            for (int bit = 8 * FRAMING_BYTES; bit < 8 * value.length; bit += 1 + random.nextInt(3)) {
                byte[] turned = value.clone();
                turned[bit / 8] ^= (byte) (1 << bit % 8);
                String refusal = product.refusal(turned, null);
                if (refusal == null) {
                    read.add(turned);
                    accepted++;
                } else {
                    refused++;
                }
            }
            product.same(read);
        }
        assertThat(refused).isGreaterThan(100);
        assertThat(accepted).isGreaterThan(100);
    }

    @Test
    void whatTheGenericReaderReadsWithoutSkippingIsRefusedForAKnownReasonOnly() {
        Random random = new Random(6);
        List<String> stricter = List.of(
                "a boolean must be 0 or 1",
                "a text must be UTF-8",
                "a map must have each key once",
                "a decimal must have",
                "an int must have at most 32 bits",
                "a long must have at most 64 bits",
                "a time must be within its type's range",
                "a block must have the bytes that it says");
        for (int seed = SAME; seed <= SAME * SCHEMAS; seed += SAME) {
            Product product = new Product(seed);
            byte[] value = product.value();
            for (int bit = 8 * FRAMING_BYTES; bit < 8 * value.length; bit += 1 + random.nextInt(3)) {
                byte[] turned = value.clone();
                turned[bit / 8] ^= (byte) (1 << bit % 8);
                String refusal = product.refusal(turned, null);
                if (refusal != null && product.isGenericallyRead(turned)) {
                    assertThat(stricter)
                            .as("seed %s bit %s: %s", seed, bit, refusal)
                            .anyMatch(refusal::contains);
                }
            }
        }
    }

    @Test
    void aKeyThatIsNotTheEntitysIsRefused() {
        for (int seed = 1; seed <= SCHEMAS; seed++) {
            Product product = new Product(seed);
            byte[] value = product.value();
            byte[] key = product.key(value);
            assertThat(product.refusal(value, key)).isNull();
            byte[] other = java.util.Arrays.copyOf(key, key.length + 1);
            other[key.length] = 'x';
            assertThat(product.refusal(value, other)).contains("the record's key must be the text of");
        }
    }

    /** A random product: two versions of its schema, a table of the later one. */
    private final class Product {
        private final long seed;
        private final RandomSchemas schemas;
        private final Schema writer;
        private final Contract contract;
        private final EventCodec codec;
        private final AvroWalk walk;
        private final Table table;
        private final RowWriter.Plans plans;
        private final Random random;
        private final int id;

        Product(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.schemas = new RandomSchemas(random);
            this.writer = schemas.writer();
            Schema reader = seed % SAME == 0 ? writer : schemas.reader(writer);
            this.contract = tokenised(
                    Samples.contract("p" + ++tables, reader, seed % 3 == 0 ? List.of("k0") : List.of("k1", "k0")));
            this.id = registry.register(contract.topic().subject(), writer);
            this.codec = new EventCodec(contract, registry);
            this.walk = AvroWalk.of(writer, reader, contract.keyFields());
            this.table = catalog.buildTable(
                            TableIdentifier.of("n", "t" + tables), TableShape.columns(contract, seed % 2 == 0))
                    .withPartitionSpec(PartitionSpec.unpartitioned())
                    .withProperty("format-version", "3")
                    .create();
            this.plans = new RowWriter.Plans(contract, Tokens.of(contract, Samples.TOKEN_KEYS));
        }

        /** Every text that can be, for two seeds of three. */
        private Contract tokenised(Contract clear) {
            return seed % 3 == 1
                    ? clear
                    : Samples.tokenised(
                            clear,
                            clear.schema().getFields().stream()
                                    .filter(field -> AvroTypes.value(field.schema(), field.name())
                                                    .getType()
                                            == Schema.Type.STRING)
                                    .filter(field -> AvroTypes.value(field.schema(), field.name())
                                                    .getLogicalType()
                                            == null)
                                    .map(Schema.Field::name)
                                    .filter(name -> !clear.keyFields().contains(name))
                                    .toArray(String[]::new));
        }

        byte[] value() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(
                    ByteBuffer.allocate(FRAMING_BYTES).put((byte) 0).putInt(id).array());
            BinaryEncoder encoder = random.nextBoolean()
                    ? EncoderFactory.get().binaryEncoder(out, null)
                    : new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null);
            try {
                new GenericDatumWriter<>(writer).write(schemas.record(writer), encoder);
                encoder.flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return out.toByteArray();
        }

        byte[] key(byte[] value) {
            return KeyText.of(decoded(value), contract.keyFields()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }

        /** Why the walk refuses the value; null when it does not. A null key is not compared. */
        @Nullable
        String refusal(byte[] value, byte @Nullable [] key) {
            try {
                walk.check(value, FRAMING_BYTES, key == null ? new byte[0] : key);
            } catch (MalformedException e) {
                return e.getMessage();
            } catch (BadRecordException e) {
                return key == null ? null : e.getMessage();
            }
            return null;
        }

        boolean isGenericallyRead(byte[] value) {
            try {
                decoded(value);
                return true;
            } catch (BadRecordException e) {
                return false;
            }
        }

        GenericRecord decoded(byte[] value) {
            return codec.decode(value, new RecordHeaders(), contract.schema());
        }

        /** Writes the values both ways and compares rows and metrics; a delete goes between them in a history. */
        void same(List<byte[]> values) throws IOException {
            if (values.isEmpty()) {
                return;
            }
            boolean isHistory = table.schema().findField(TableShape.KEY) != null;
            OutputFileFactory files = OutputFileFactory.builderFor(table, 0, seed)
                    .format(FileFormat.PARQUET)
                    .build();
            RowWriter direct = new RowWriter(table, plans, files.newOutputFile(), null);
            GenericRowWriter generic = new GenericRowWriter(
                    table, new GenericRowWriter.Plan(table.schema(), contract), files.newOutputFile());
            for (int i = 0; i < values.size(); i++) {
                GenericRecord decoded = decoded(values.get(i));
                Change change = change(i, key(values.get(i)), Change.Body.ofRest(values.get(i), FRAMING_BYTES, writer));
                direct.write(change);
                generic.write(change, decoded);
                if (isHistory && i % 5 == 0) {
                    Change delete = change(i, key(values.get(i)), null);
                    direct.write(delete);
                    generic.write(delete, null);
                }
            }
            DataFile one = direct.close();
            DataFile other = generic.close();
            assertThat(rows(one)).as("seed %s", seed).isEqualTo(rows(other));
            assertThat(one.recordCount()).isEqualTo(other.recordCount());
            assertThat(one.valueCounts()).as("seed %s", seed).isEqualTo(other.valueCounts());
            assertThat(one.nullValueCounts()).as("seed %s", seed).isEqualTo(other.nullValueCounts());
            assertThat(one.nanValueCounts()).as("seed %s", seed).isEqualTo(other.nanValueCounts());
            assertThat(one.lowerBounds()).as("seed %s", seed).isEqualTo(other.lowerBounds());
            assertThat(one.upperBounds()).as("seed %s", seed).isEqualTo(other.upperBounds());
            assertThat(one.splitOffsets()).isEqualTo(other.splitOffsets());
        }

        private Change change(int number, byte[] key, Change.@Nullable Body body) {
            return new Change(
                    number % 3,
                    number,
                    number,
                    Key.of(key),
                    body == null ? Op.DELETE : Op.UPDATE,
                    new Version(number, -number, number),
                    1_700_000_000_000_000L + number,
                    number % 2 == 0 ? Change.NO_TRANSACTION : number,
                    body);
        }

        private List<Object> rows(DataFile file) throws IOException {
            try (CloseableIterable<Record> rows = Parquet.read(table.io().newInputFile(file.location()))
                    .project(table.schema())
                    .createReaderFunc(type -> GenericParquetReaders.buildReader(table.schema(), type))
                    .build()) {
                List<Object> all = new ArrayList<>();
                rows.forEach(row -> all.add(plain(row)));
                return all;
            }
        }
    }

    /** Values that can be compared by what they hold. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Record record) {
            List<Object> fields = new ArrayList<>();
            for (int i = 0; i < record.size(); i++) {
                fields.add(plain(record.get(i)));
            }
            return fields;
        }
        if (value instanceof List<?> items) {
            List<Object> all = new ArrayList<>();
            items.forEach(item -> all.add(plain(item)));
            return all;
        }
        if (value instanceof Map<?, ?> entries) {
            Map<Object, Object> all = new HashMap<>();
            entries.forEach((key, item) -> all.put(key, plain(item)));
            return all;
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes.clone()) : value;
    }
}
