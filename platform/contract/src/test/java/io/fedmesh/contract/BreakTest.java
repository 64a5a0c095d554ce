package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Break.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a change of contracts breaks for whoever reads a product as it was. */
class BreakTest {
    private static final String ID = "{'name': 'order_id', 'type': 'string'}, {'name': 'line', 'type': 'int'}";
    private static final String OPTIONAL_TEXT = "{'name': 'x', 'type': ['null', 'string'], 'default': null}";
    private static final String RECORD = "{'name': 'x', 'type': {'type': 'record', 'name': 'X', 'fields': [%s]}}";

    @TempDir
    private Path folder;

    private Contracts before = new Contracts(List.of(), List.of(), List.of());

    @BeforeEach
    void aRepository() throws Exception {
        before = TestRepository.in(folder).load();
    }

    static List<Arguments> fields() {
        return List.of(
                Arguments.of("the same", x("'int'"), x("'int'"), ""),
                Arguments.of("another doc", x("'int'"), "{'name': 'x', 'type': 'int', 'doc': 'new'}", ""),
                Arguments.of("gone", x("'int'"), "", "FIELD_GONE was int and is no more"),
                Arguments.of("gone, had a default", OPTIONAL_TEXT, "", "FIELD_GONE was optional string and is no more"),
                Arguments.of(
                        "renamed",
                        x("'int'"),
                        "{'name': 'y', 'aliases': ['x'], 'type': 'int'}",
                        "FIELD_RENAMED is 'y' now"),
                Arguments.of(
                        "wider",
                        x("'int'"),
                        x("'long'"),
                        "TYPE_CHANGED was int and is long: who reads it as it was cannot read what comes"),
                Arguments.of(
                        "narrower",
                        x("'long'"),
                        x("'int'"),
                        "TYPE_CHANGED was long and is int: who reads it as it is cannot read what stands there"),
                Arguments.of(
                        "another",
                        x("'int'"),
                        x("'string'"),
                        "TYPE_CHANGED was int and is string: who reads it as it was cannot read what comes"),
                Arguments.of(
                        "optional from now on",
                        x("'string'"),
                        OPTIONAL_TEXT,
                        "TYPE_CHANGED was string and is optional string: who reads it as it was cannot read what comes"),
                Arguments.of(
                        "optional no more",
                        OPTIONAL_TEXT,
                        x("'string'"),
                        "TYPE_CHANGED was optional string and is string: who reads it as it is cannot read what stands there"),
                Arguments.of(
                        "a symbol more",
                        x("{'type': 'enum', 'name': 'E', 'symbols': ['A']}"),
                        x("{'type': 'enum', 'name': 'E', 'symbols': ['A', 'B']}"),
                        "TYPE_CHANGED was enum A and is enum A|B: who reads it as it was cannot read what comes"),
                Arguments.of(
                        "a symbol less",
                        x("{'type': 'enum', 'name': 'E', 'symbols': ['A', 'B']}"),
                        x("{'type': 'enum', 'name': 'E', 'symbols': ['A']}"),
                        "TYPE_CHANGED was enum A|B and is enum A: who reads it as it is cannot read what stands there"),
                Arguments.of("a decimal of more digits", x(decimal(12, 2)), x(decimal(14, 2)), ""),
                Arguments.of(
                        "a decimal of less digits",
                        x(decimal(12, 2)),
                        x(decimal(10, 2)),
                        "TYPE_CHANGED was decimal(12,2) and is decimal(10,2): what stands there may not fit"),
                Arguments.of(
                        "a decimal of another scale",
                        x(decimal(12, 2)),
                        x(decimal(12, 3)),
                        "TYPE_CHANGED was decimal(12,2) and is decimal(12,3): the same bytes mean another value"),
                Arguments.of(
                        "another unit of time",
                        x("{'type': 'long', 'logicalType': 'timestamp-millis'}"),
                        x("{'type': 'long', 'logicalType': 'timestamp-micros'}"),
                        "TYPE_CHANGED was timestamp-millis and is timestamp-micros: the same bytes mean another value"),
                Arguments.of(
                        "a time that was a number, optional",
                        x("['null', 'long']"),
                        x("['null', {'type': 'long', 'logicalType': 'timestamp-micros'}]"),
                        "TYPE_CHANGED was long and is timestamp-micros: the same bytes mean another value"),
                Arguments.of(
                        "items of another scale",
                        x("{'type': 'array', 'items': " + decimal(12, 2) + "}"),
                        x("{'type': 'array', 'items': " + decimal(12, 0) + "}"),
                        "TYPE_CHANGED its '[]' was decimal(12,2) and is decimal(12,0): the same bytes mean another value"),
                Arguments.of(
                        "a part gone, with a default",
                        RECORD.formatted("{'name': 'a', 'type': 'int'}, {'name': 'b', 'type': 'int', 'default': 0}"),
                        RECORD.formatted("{'name': 'a', 'type': 'int'}"),
                        "TYPE_CHANGED its 'b' was int and is no more"),
                Arguments.of(
                        "a part more, with a default",
                        RECORD.formatted("{'name': 'a', 'type': 'int'}"),
                        RECORD.formatted("{'name': 'a', 'type': 'int'}, {'name': 'b', 'type': 'int', 'default': 0}"),
                        ""),
                Arguments.of(
                        "a part more, without a default",
                        RECORD.formatted("{'name': 'a', 'type': 'int'}"),
                        RECORD.formatted("{'name': 'a', 'type': 'int'}, {'name': 'b', 'type': 'int'}"),
                        "TYPE_CHANGED is record of other parts: who reads it as it is cannot read what stands there"),
                Arguments.of("new and optional", "", OPTIONAL_TEXT, ""),
                Arguments.of(
                        "new without a default",
                        "",
                        x("'int'"),
                        "FIELD_WITHOUT_DEFAULT is new and has no default for the events that stand there"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void aFieldBreaks(String name, String was, String is, String expected) {
        List<Break> breaks = Break.between(with(contract(was)), with(contract(is)));

        assertThat(breaks.stream().map(b -> b.kind().name() + " " + b.detail()))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
        assertThat(breaks).allSatisfy(b -> {
            assertThat(b.field()).isEqualTo("x");
            assertThat(b.product()).isEqualTo(ProductName.parse("sales.order"));
        });
    }

    @Test
    void aTypeThatHoldsItselfIsComparedOnce() {
        String tree = "{'name': 'x', 'type': {'type': 'record', 'name': 'T', 'fields': [{'name': 'value', 'type': %s},"
                + " {'name': 'more', 'type': {'type': 'array', 'items': 'T'}}]}}";

        assertThat(Break.between(
                        with(contract(tree.formatted(decimal(9, 1)))), with(contract(tree.formatted(decimal(9, 2))))))
                .singleElement()
                .satisfies(b -> assertThat(b.detail())
                        .isEqualTo(
                                "its 'value' was decimal(9,1) and is decimal(9,2): the same bytes mean another value"));
    }

    @Test
    void aProductThatIsGoneBreaksAltogether() {
        Contracts after = new Contracts(
                before.domains(), before.sources(), List.of(before.products().get(1)));

        assertThat(Break.between(before, after))
                .containsExactly(new Break(
                        ProductName.parse("sales.order"),
                        null,
                        Kind.PRODUCT_GONE,
                        "was on sales.public.order.state.v1, and no contract offers it now"));
        assertThat(Break.between(after, before)).as("a new product").isEmpty();
    }

    @Test
    void anotherTopicAndAnotherKeyBreakAltogether() {
        Contract old = contract("");
        Contract now = copy(
                old, TopicName.parse("sales.public.order.state.v2"), old.schema(), List.of("order_id"), old.fields());

        assertThat(Break.between(with(old), with(now)))
                .extracting(b -> b.kind() + ": " + b.detail())
                .containsExactly(
                        "topic moved: was sales.public.order.state.v1 and is sales.public.order.state.v2",
                        "key changed: was order_id, line and is order_id");
    }

    @Test
    void whatNeedsASecondApprovalOrBecomesTokensBreaks() {
        Contract old = contract(x("'string'"));

        assertThat(Break.between(with(old), with(guarded(old, Classification.CONFIDENTIAL, Contract.Protection.CLEAR))))
                .extracting(Break::detail)
                .containsExactly("was internal and is confidential: what one person approved closes");
        assertThat(Break.between(with(old), with(guarded(old, Classification.PUBLIC, Contract.Protection.CLEAR))))
                .isEmpty();
        assertThat(Break.between(with(old), with(guarded(old, Classification.INTERNAL, Contract.Protection.TOKENISE))))
                .extracting(Break::detail)
                .containsExactly("was clear and is tokenise");
    }

    private static Contract guarded(Contract old, Classification classification, Contract.Protection protection) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>(old.fields());
        fields.put("x", new Contract.Field(classification, Set.of(), protection));
        return copy(old, old.topic(), old.schema(), old.keyFields(), fields);
    }

    private Contracts with(Contract order) {
        return new Contracts(before.domains(), before.sources(), List.of(order));
    }

    /** The product order, with its key and these fields. */
    private Contract contract(String fields) {
        Contract order = before.product(ProductName.parse("sales.order")).orElseThrow();
        String text =
                "{'type': 'record', 'name': 'Order', 'fields': [" + ID + (fields.isEmpty() ? "" : ", " + fields) + "]}";
        Schema schema = new Schema.Parser().parse(text.replace('\'', '"'));
        Map<String, Contract.Field> guarded = new LinkedHashMap<>();
        schema.getFields()
                .forEach(field -> guarded.put(field.name(), new Contract.Field(Classification.INTERNAL, Set.of())));
        return copy(order, order.topic(), schema, order.keyFields(), guarded);
    }

    private static Contract copy(
            Contract of, TopicName topic, Schema schema, List<String> key, Map<String, Contract.Field> fields) {
        return new Contract(
                of.name(),
                of.version(),
                of.status(),
                of.description(),
                of.owner(),
                of.costCentre(),
                topic,
                schema,
                key,
                fields,
                of.origin(),
                of.sla(),
                of.retention(),
                of.partitions(),
                of.file());
    }

    private static String x(String type) {
        return "{'name': 'x', 'type': " + type + "}";
    }

    private static String decimal(int precision, int scale) {
        return "{'type': 'bytes', 'logicalType': 'decimal', 'precision': " + precision + ", 'scale': " + scale + "}";
    }
}
