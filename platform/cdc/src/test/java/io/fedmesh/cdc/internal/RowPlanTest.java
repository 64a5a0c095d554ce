package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.BadRecordException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    @Test
    void aNullIsNullAlsoWhereTheColumnHasADefault() {
        assertThat(plan.record(row()).get("notes")).isNull();
    }

    @Test
    void aNumberThatDoesNotFitIsRefusedWithoutItsValue() {
        for (BigDecimal number :
                List.of(new BigDecimal("0.001"), new BigDecimal("12345678901.00"), ColumnConverter.NOT_A_NUMBER)) {
            assertThatThrownBy(() -> plan.record(row().put("tonnage", number)))
                    .isInstanceOf(BadRecordException.class)
                    .hasMessageStartingWith("[harbour.vessel] field 'tonnage' must")
                    .hasMessageNotContaining(number.toPlainString() + " ");
        }
    }

    @Test
    void aNumberOfAnotherScaleIsExact() {
        assertThat(plan.record(row().put("tonnage", new BigDecimal("7"))).get("tonnage"))
                .isEqualTo(java.nio.ByteBuffer.wrap(
                        new BigDecimal("7.00").unscaledValue().toByteArray()));
    }

    @Test
    void anInfiniteTimeAnUnknownSymbolAndANullElementAreRefused() {
        assertThatThrownBy(() -> plan.record(row().put("registered", ColumnConverter.NO_TIME)))
                .hasMessage("[harbour.vessel] field 'registered' must be a finite time");
        assertThatThrownBy(() -> plan.record(row().put("kind", "submarine")))
                .hasMessage("[harbour.vessel] field 'kind' must be one of the schema's symbols");
        assertThatThrownBy(() -> plan.record(row().put("flags", java.util.Arrays.asList("a", null))))
                .hasMessage("[harbour.vessel] field 'flags' element must not be null");
    }

    @Test
    void aValueThatWasNotSentNeverBecomesAValue() {
        assertThatThrownBy(() -> plan.record(row().put("notes", placeholder.text())))
                .isInstanceOf(CaptureRefusedException.class);
        assertThatThrownBy(() -> plan.record(row().put("flags", List.of(placeholder.text()))))
                .isInstanceOf(CaptureRefusedException.class);
        assertThatThrownBy(
                        () -> plan.record(row().put("scan", placeholder.text().getBytes(StandardCharsets.UTF_8))))
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
}
