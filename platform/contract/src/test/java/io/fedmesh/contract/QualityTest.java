package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityTest {
    private static final String AT = "[" + TestRepository.ORDER + ":";

    @TempDir
    Path folder;

    private TestRepository repository;

    @BeforeEach
    void write() {
        repository = TestRepository.in(folder);
    }

    @Test
    void entriesOfAnAuditedProductAreRules() throws Exception {
        audited("""
                    quality:
                      - {metric: rowCount, mustBeGreaterOrEqualTo: 1, name: never empty}
                      - {type: library, metric: duplicateValues, arguments: {properties: [order_id, line]}, mustBe: 0}
                    properties:
                      - name: email
                        quality:
                          - {metric: nullValues, mustBeLessThan: 2.5, unit: percent}
                          - {metric: missingValues, arguments: {missingValues: [null, '', none]}, mustBe: 0, unit: rows}
                          - {metric: invalidValues, arguments: {pattern: '.+@.+'}, mustBeBetween: [9, -1]}
                      - name: line
                        quality:
                          - {metric: invalidValues, arguments: {validValues: [1, 2.50, 0x10]}, mustNotBeBetween: [1, 2]}
                          - {metric: duplicateValues, mustBeGreaterThan: 0}
                """);

        assertThat(order().quality())
                .isEqualTo(new Quality(List.of(
                        rule("never empty", new Quality.RowCount(), Quality.Operator.MUST_BE_GREATER_OR_EQUAL_TO, "1"),
                        rule(
                                "duplicateValues of order_id, line",
                                new Quality.DuplicateValues(List.of("order_id", "line")),
                                Quality.Operator.MUST_BE,
                                "0"),
                        new Quality.Rule(
                                "nullValues of email",
                                new Quality.NullValues("email"),
                                new Quality.Demand(
                                        Quality.Operator.MUST_BE_LESS_THAN,
                                        new BigDecimal("2.5"),
                                        null,
                                        Quality.Unit.PERCENT)),
                        rule(
                                "missingValues of email",
                                new Quality.MissingValues("email", Set.of("", "none"), Quality.Nulls.MISSING),
                                Quality.Operator.MUST_BE,
                                "0"),
                        new Quality.Rule(
                                "invalidValues of email",
                                new Quality.UnmatchedValues("email", ".+@.+"),
                                demand(Quality.Operator.MUST_BE_BETWEEN, "-1", "9")),
                        new Quality.Rule(
                                "invalidValues of line",
                                new Quality.UnlistedValues("line", Set.of("1", "2.5", "16")),
                                demand(Quality.Operator.MUST_NOT_BE_BETWEEN, "1", "2")),
                        rule(
                                "duplicateValues of line",
                                new Quality.DuplicateValues(List.of("line")),
                                Quality.Operator.MUST_BE_GREATER_THAN,
                                "0"))));
    }

    @Test
    void entriesOfAnyOtherProductOnlyInform() throws Exception {
        repository.change(
                TestRepository.ORDER,
                "    physicalName",
                "    quality: [{type: text, description: all is well}]\n    physicalName");

        assertThat(order().quality()).isEqualTo(Quality.NONE);
    }

    @Test
    void anAuditWithoutARuleIsRefused() {
        audited("    description: nothing\n");

        assertThat(repository.problems())
                .containsExactly(AT + "37] quality: 'schema[0]' must have 1 to 100 quality rules, because"
                        + " 'customProperties.writeAuditPublish' is true, but had 0");
    }

    @Test
    void everyEntryOfAnAuditedProductMustBeOneThatCanBeJudged() {
        audited("""
                    quality:
                      - {type: sql, query: select 1, mustBe: 1}
                      - {metric: rowCount, mustBe: 1, unit: percent}
                      - {metric: nullValues, mustBe: 0}
                      - {metric: duplicateValues, mustBe: 0}
                      - {metric: duplicateValues, arguments: {properties: [no]}, mustBe: 0}
                    properties:
                      - name: email
                        quality:
                          - {metric: invalidValues, mustBe: 0}
                          - {metric: invalidValues, arguments: {pattern: '('}, mustBe: 0}
                          - {metric: invalidValues, arguments: {validValues: [1]}, mustBe: 0}
                          - {metric: nullValues, mustBe: none}
                          - {metric: nullValues, mustBe: 0, unit: permille}
                      - name: mail
                        logicalType: string
                """);

        assertThat(repository.problems())
                .containsExactly(
                        AT
                                + "14] quality: 'schema[0].quality[0]' must be of the type library and have a metric, because"
                                + " 'customProperties.writeAuditPublish' is true and nothing else can be judged, but"
                                + " was of 'sql'",
                        AT + "15] quality: 'schema[0].quality[1].unit' must be rows but was 'percent'",
                        AT + "16] quality: 'schema[0].quality[2].metric' must stand in the 'quality' of a property but"
                                + " was 'nullValues'",
                        AT + "17] quality: 'schema[0].quality[3].arguments.properties' must name fields but did not",
                        AT + "18] quality: 'schema[0].quality[4].arguments.properties' must name fields of"
                                + " schemas/sales/order.v1.avsc with a single value but was 'no'",
                        AT + "22] quality: 'schema[0].properties[0].quality[0].arguments' must have either a list"
                                + " 'validValues' or a 'pattern' but did not",
                        AT + "23] quality: 'schema[0].properties[0].quality[1].arguments.pattern' must be a regular"
                                + " expression of at most 200 characters, for a field of texts, but was '('",
                        AT + "24] quality: 'schema[0].properties[0].quality[2].arguments.validValues' must hold a text,"
                                + " as the field does, but was '1'",
                        AT + "25] quality: 'schema[0].properties[0].quality[3].mustBe' must be a number but was 'none'",
                        AT + "26] quality: 'schema[0].properties[0].quality[4].unit' must be rows or percent but was"
                                + " 'permille'",
                        AT + "27] quality: 'schema[0].properties[1].name' must name a field of"
                                + " schemas/sales/order.v1.avsc but was 'mail'",
                        AT
                                + "28] schema: 'schema[0].properties[1]' must have 'name' and 'quality' alone, for fields are"
                                + " written once, in the Avro schema, but had 'logicalType'");
    }

    @Test
    void whatATokenStandsForCannotBeJudged() {
        repository.change(
                TestRepository.ORDER_SCHEMA,
                "\"classification\": \"restricted\"",
                "\"classification\": \"restricted\", \"protection\": \"tokenise\"");
        audited("""
                    properties:
                      - name: email
                        quality:
                          - {metric: duplicateValues, mustBe: 0}
                          - {metric: nullValues, mustBe: 0}
                          - {metric: invalidValues, arguments: {pattern: '.+@.+'}, mustBe: 0}
                """);

        assertThat(repository.problems())
                .containsExactly(
                        AT + "18] quality: 'schema[0].properties[0].quality[2].metric' must be of a field that is"
                                + " not tokenised, whose rows hold tokens, but was 'invalidValues'");
    }

    @Test
    void theWholeDocumentShowsTheRules() throws Exception {
        audited("""
                    quality: [{metric: rowCount, mustBeGreaterThan: 0}]
                    properties: [{name: email, quality: [{metric: nullValues, mustBe: 0}]}]
                """);

        String document = OdcsDocument.of(folder, order()).yaml();
        assertThat(document).containsOnlyOnce("metric: rowCount").containsOnlyOnce("metric: nullValues");
    }

    @ParameterizedTest
    @CsvSource({
        "MUST_BE,3,,3,true",
        "MUST_BE,3,,4,false",
        "MUST_NOT_BE,3,,3,false",
        "MUST_BE_GREATER_THAN,3,,3,false",
        "MUST_BE_GREATER_THAN,2.9,,3,true",
        "MUST_BE_GREATER_OR_EQUAL_TO,3,,3,true",
        "MUST_BE_LESS_THAN,3,,3,false",
        "MUST_BE_LESS_OR_EQUAL_TO,3,,3,true",
        "MUST_BE_BETWEEN,2,4,3,true",
        "MUST_BE_BETWEEN,3,4,3,false",
        "MUST_BE_BETWEEN,2,3,3,false",
        "MUST_NOT_BE_BETWEEN,2,4,3,false",
        "MUST_NOT_BE_BETWEEN,3,4,3,true"
    })
    void aDemandIsMetOrNot(Quality.Operator operator, String bound, @Nullable String upper, long count, boolean isMet) {
        assertThat(demand(operator, bound, upper).isMetBy(count, 10)).isEqualTo(isMet);
    }

    @Test
    void aPercentageIsNeverRounded() {
        Quality.Demand third = new Quality.Demand(
                Quality.Operator.MUST_BE_LESS_OR_EQUAL_TO, new BigDecimal("33.33"), null, Quality.Unit.PERCENT);
        assertThat(third.isMetBy(3333, 10_000)).isTrue();
        assertThat(third.isMetBy(1, 3)).isFalse();
        assertThat(third.isMetBy(0, 0)).isTrue();
        assertThat(third).hasToString("mustBeLessOrEqualTo 33.33 percent");
    }

    @Test
    void anOperatorOfTwoHasTwoBounds() {
        assertThatThrownBy(() -> demand(Quality.Operator.MUST_BE_BETWEEN, "1", null))
                .hasMessage("[mustBeBetween] must have two bounds exactly where it compares with two but had 1");
    }

    private void audited(String ofSchema) {
        repository.change(TestRepository.ORDER, "    physicalName", ofSchema + "    physicalName");
        repository.change(
                TestRepository.ORDER,
                "  - property: erasureSubject",
                "  - {property: writeAuditPublish, value: true}\n  - property: erasureSubject");
    }

    private Contract order() throws InvalidContractsException {
        return repository.load().product(ProductName.parse("sales.order")).orElseThrow();
    }

    private static Quality.Rule rule(String name, Quality.Measure measure, Quality.Operator operator, String bound) {
        return new Quality.Rule(name, measure, demand(operator, bound, null));
    }

    private static Quality.Demand demand(Quality.Operator operator, String bound, @Nullable String upper) {
        return new Quality.Demand(
                operator, new BigDecimal(bound), upper == null ? null : new BigDecimal(upper), Quality.Unit.ROWS);
    }
}
