package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.BadRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class RowPlanTest {
    private static final Schema SHAPE = SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("title", Schema.STRING_SCHEMA)
            .field("tonnage", Decimal.builder(0).optional().build())
            .field("built", Schema.OPTIONAL_INT32_SCHEMA)
            .field("registered", Schema.INT64_SCHEMA)
            .field("moored", Schema.OPTIONAL_INT64_SCHEMA)
            .field("active", Schema.BOOLEAN_SCHEMA)
            .field("crew", Schema.INT32_SCHEMA)
            .field("draught", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("flags", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build())
            .field(
                    "notes",
                    SchemaBuilder.string().optional().defaultValue("a default").build())
            .field("papers", Schema.OPTIONAL_STRING_SCHEMA)
            .field("token", Schema.OPTIONAL_STRING_SCHEMA)
            .field("kind", Schema.STRING_SCHEMA)
            .field("scan", Schema.OPTIONAL_BYTES_SCHEMA)
            .build();

    private final List<Product> products = Harbour.products(Harbour.source("harbour", Source.Truncate.REFUSE));
    private final Placeholder placeholder = new Placeholder("not sent");
    private final RowPlan plan = new RowPlan(products.get(0), SHAPE, placeholder);

    private static Struct row() {
        return new Struct(SHAPE)
                .put("id", 1L)
                .put("title", "a")
                .put("registered", 5L)
                .put("active", true)
                .put("crew", 3)
                .put("flags", List.of())
                .put("kind", "tug");
    }

    /** What Avro's own reader makes of the bytes: the whole of them, with plain values. */
    private GenericRecord record(Struct row) {
        AvroBytes bytes = new AvroBytes();
        bytes.begin(3);
        plan.write(row, bytes);
        org.apache.avro.Schema schema = products.get(0).contract().schema();
        try {
            BinaryDecoder from = DecoderFactory.get().binaryDecoder(bytes.bytes(), 3, bytes.end() - 3, null);
            GenericRecord read =
                    new GenericDatumReader<GenericRecord>(schema, schema, new GenericData()).read(null, from);
            assertThat(from.isEnd()).isTrue();
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aNullIsNullAlsoWhereTheColumnHasADefault() {
        assertThat(record(row()).get("notes")).isNull();
    }

    @Test
    void aNumberThatDoesNotFitIsRefusedWithoutItsValue() {
        for (BigDecimal number :
                List.of(new BigDecimal("0.001"), new BigDecimal("12345678901.00"), ColumnConverter.NOT_A_NUMBER)) {
            assertThatThrownBy(() -> record(row().put("tonnage", number)))
                    .isInstanceOf(BadRecordException.class)
                    .hasMessageStartingWith("[harbour.vessel] field 'tonnage' must")
                    .hasMessageNotContaining(number.toPlainString() + " ");
        }
    }

    @Test
    void aNumberOfAnotherScaleIsExact() {
        assertThat(record(row().put("tonnage", new BigDecimal("7"))).get("tonnage"))
                .isEqualTo(java.nio.ByteBuffer.wrap(
                        new BigDecimal("7.00").unscaledValue().toByteArray()));
    }

    @Test
    void anInfiniteTimeAnUnknownSymbolAndANullElementAreRefused() {
        assertThatThrownBy(() -> record(row().put("registered", ColumnConverter.NO_TIME)))
                .hasMessage("[harbour.vessel] field 'registered' must be a finite time");
        assertThatThrownBy(() -> record(row().put("kind", "submarine")))
                .hasMessage("[harbour.vessel] field 'kind' must be one of the schema's symbols");
        assertThatThrownBy(() -> record(row().put("flags", java.util.Arrays.asList("a", null))))
                .hasMessage("[harbour.vessel] field 'flags' element must not be null");
    }

    @Test
    void aValueThatWasNotSentNeverBecomesAValue() {
        assertThatThrownBy(() -> record(row().put("notes", placeholder.text())))
                .isInstanceOf(CaptureRefusedException.class);
        assertThatThrownBy(() -> record(row().put("flags", List.of(placeholder.text()))))
                .isInstanceOf(CaptureRefusedException.class);
        assertThatThrownBy(() -> record(row().put("scan", placeholder.text().getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(CaptureRefusedException.class);
    }

    @Test
    void aColumnThatIsGoneIsRefused() {
        Schema without = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();

        assertThatThrownBy(() -> new RowPlan(products.get(0), without, placeholder))
                .isInstanceOf(CaptureRefusedException.class)
                .hasMessageStartingWith("[harbour.vessel] column port.vessel.title must exist");
    }

    @Test
    void aKeyOfSeveralColumnsIsTheirTextsInTheContractsOrder() {
        Schema shape = SchemaBuilder.struct()
                .field("label", Schema.OPTIONAL_STRING_SCHEMA)
                .field("number", Schema.INT32_SCHEMA)
                .field("quay", Schema.STRING_SCHEMA)
                .build();
        RowPlan berths = new RowPlan(products.get(1), shape, placeholder);

        assertThat(berths.key(new Struct(shape).put("quay", "a|b").put("number", 4)))
                .isEqualTo("a\\|b|4");
    }

    @Test
    void everyValueIsWrittenAsAvroReadsIt() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            long number = random.nextLong() >> random.nextInt(64);
            String text = text(random);
            byte[] scan = new byte[random.nextInt(300)];
            random.nextBytes(scan);
            BigDecimal tonnage = BigDecimal.valueOf(number % 1_000_000_000_000L, 2);
            List<String> flags = random.nextInt(3) == 0 ? List.of() : List.of(text, "", text);
            Struct row = row().put("id", number)
                    .put("title", text)
                    .put("tonnage", tonnage)
                    .put("built", (int) number)
                    .put("moored", -number)
                    .put("active", random.nextBoolean())
                    .put("crew", (int) (number >> 7))
                    .put("draught", Double.longBitsToDouble(number))
                    .put("flags", flags)
                    .put("scan", java.nio.ByteBuffer.wrap(scan))
                    .put("kind", List.of("tug", "ferry", "barge").get(random.nextInt(3)));
            if ((int) number == ColumnConverter.NO_DATE || -number == ColumnConverter.NO_TIME) {
                continue;
            }

            GenericRecord read = record(row);

            assertThat(read.get("id")).isEqualTo(number);
            assertThat(read.get("name")).hasToString(text);
            assertThat(read.get("tonnage"))
                    .isEqualTo(java.nio.ByteBuffer.wrap(tonnage.unscaledValue().toByteArray()));
            assertThat(read.get("built")).isEqualTo((int) number);
            assertThat(read.get("moored")).isEqualTo(-number);
            assertThat(read.get("active")).isEqualTo(row.get("active"));
            assertThat(read.get("crew")).isEqualTo((int) (number >> 7));
            assertThat(read.get("draught")).isEqualTo(Double.longBitsToDouble(number));
            assertThat(read.get("flags").toString())
                    .isEqualTo(new GenericData.Array<>(
                                    read.getSchema().getField("flags").schema(), flags)
                            .toString());
            assertThat(read.get("scan")).isEqualTo(java.nio.ByteBuffer.wrap(scan));
            assertThat(read.get("kind")).hasToString((String) row.get("kind"));
            assertThat(read.get("papers")).isNull();
        }
    }

    private static String text(Random random) {
        int length = random.nextInt(4) == 0 ? random.nextInt(2_000) : random.nextInt(20);
        int limit = random.nextBoolean() ? 0x7f : 0x1_0000;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            char c = (char) random.nextInt(limit);
            text.append(Character.isSurrogate(c) ? 'x' : c);
        }
        return random.nextInt(5) == 0 ? text + "\ud83d\udea2" : text.toString();
    }
}
