package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.ProductName;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final ProductName CRATE = ProductName.parse("yard.small-crate");

    private final FakeTables tables = new FakeTables();
    private final Catalogue catalogue = new Catalogue(
            Fixtures.contracts(),
            topic -> topic.contains("small-crate.state") ? Map.of(0, 7L, 1, 5L) : Map.of(),
            tables);

    @Test
    void productsAreListedByName() {
        assertThat(catalogue.products().rows())
                .containsExactly(
                        List.of("harbour.load", "state", "1.0.0", "active", "owner", "internal", "a product"),
                        List.of("yard.small-crate", "state", "1.0.0", "active", "owner", "internal", "a product"));
    }

    @Test
    void aProductIsDescribedByItsContract() {
        assertThat(catalogue.describe(CRATE).rows())
                .contains(
                        List.of("topic", "yard.public.small-crate.state.v1"),
                        List.of("tables", "yard.small_crate_latest, yard.small_crate_history"),
                        List.of("source", "db: yard.small_crate"),
                        List.of("cost centre", "CC-1"));
    }

    @Test
    void fieldsAreListedInTheSchemasOrderWithTheirTypes() {
        assertThat(catalogue.fields(CRATE).rows())
                .startsWith(Arrays.asList("id", "string", "no", "internal", "", "clear", null, null))
                .contains(
                        Arrays.asList("amount", "decimal(15,2)", "yes", "internal", "", "clear", null, null),
                        Arrays.asList("at", "timestamp-micros", "yes", "internal", "", "clear", null, null),
                        Arrays.asList("words", "array of string", "yes", "internal", "", "clear", null, null));
    }

    @Test
    void topicsTellHowFarTheTableIsBehind() {
        tables.put(
                TableName.latest(CRATE),
                new org.apache.iceberg.Schema(Types.NestedField.required(1, "id", Types.StringType.get())),
                List.of(),
                Map.of(0, 7L, 1, 2L));

        assertThat(catalogue.topics().rows())
                .contains(
                        List.of("yard.public.small-crate.state.v1", 1, 12L, 9L, 3L),
                        Arrays.asList("yard.private.small-crate.rejected.v1", 1, 0L, null, null));
    }

    @Test
    void whatCannotBeAskedIsNull() {
        assertThat(new Catalogue(Fixtures.contracts(), null, null).topics().rows())
                .contains(Arrays.asList("harbour.public.load.state.v1", 1, null, null, null));
    }

    @Test
    void theSchemaCanBeReadBack() {
        assertThat(new Schema.Parser().parse(catalogue.schema(CRATE))).isEqualTo(Fixtures.EVERY_TYPE);
    }

    @Test
    void anUnknownProductIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> catalogue.describe(ProductName.parse("yard.crate")))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage("[product] must be one of the mesh but 'yard.crate' is not; there are: harbour.load,"
                        + " yard.small-crate");
    }
}
