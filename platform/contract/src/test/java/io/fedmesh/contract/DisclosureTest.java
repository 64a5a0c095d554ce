package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks and row filters of contracts. */
class DisclosureTest {
    private static final String SCHEMA = "schemas/sales/order.v1.avsc";

    @TempDir
    Path folder;

    private TestRepository repository;

    @BeforeEach
    void write() {
        repository = TestRepository.in(folder);
    }

    @Test
    void whatAContractDoesNotNameIsShownUnlessItIsRestrictedOrPersonalOrAToken() throws InvalidContractsException {
        assertThat(order().disclosure()).isEqualTo(new Disclosure(Map.of("email", Mask.REDACT), null));
        assertThat(repository
                        .load()
                        .product(ProductName.parse("sales.total"))
                        .orElseThrow()
                        .disclosure()
                        .digest())
                .isEqualTo(Disclosure.WHOLE);
        repository.change(
                SCHEMA,
                "\"classification\": \"restricted\", \"confluent:tags\": [\"PII\"]",
                "\"protection\": \"tokenise\"");
        repository.change(TestRepository.ORDER, "  - property: erasureSubject\n    value: email\n", "");
        assertThat(order().disclosure()).isEqualTo(new Disclosure(Map.of("email", Mask.HASH_TOKEN), null));
    }

    @Test
    void aFieldsOwnMaskGoesBeforeItsTagsBeforeItsClassifications() throws InvalidContractsException {
        add("masks", "[{classification: restricted, mask: redact}, {tag: PII, mask: hash-token}]");
        assertThat(order().disclosure().masks()).containsExactly(Map.entry("email", Mask.HASH_TOKEN));
        repository.change(TestRepository.ORDER, "{tag: PII", "{field: email, mask: last-four}, {tag: PII");
        assertThat(order().disclosure().masks()).containsExactly(Map.entry("email", Mask.LAST_FOUR));
    }

    @Test
    void aClassificationsMaskIsForAllAtOrAboveIt() throws InvalidContractsException {
        add("masks", "[{classification: internal, mask: redact}]");

        assertThat(order().disclosure().masks()).containsOnlyKeys("order_id", "line", "email", "amount");
    }

    @Test
    void aFilterIsReadWithItsLiteralsTypes() throws InvalidContractsException {
        add(
                "rowFilter",
                "{and: [{field: order_id, operator: in, values: [a, b]}, {or: [{field: line, operator: atLeast, value: 3},"
                        + " {field: amount, operator: lessThan, value: 9.50}, {field: email, operator: isNull}]}]}");

        RowFilter rows = order().disclosure().rows();

        assertThat(rows)
                .isEqualTo(new RowFilter.And(List.of(
                        new RowFilter.Comparison("order_id", RowFilter.Operator.IN, List.of("a", "b")),
                        new RowFilter.Or(List.of(
                                new RowFilter.Comparison("line", RowFilter.Operator.AT_LEAST, List.of(3L)),
                                new RowFilter.Comparison(
                                        "amount", RowFilter.Operator.LESS_THAN, List.of(new BigDecimal("9.50"))),
                                new RowFilter.Comparison("email", RowFilter.Operator.IS_NULL, List.of()))))));
        assertThat(rows)
                .hasToString("(and (order_id in String:1:a String:1:b) (or (line atLeast Long:1:3)"
                        + " (amount lessThan BigDecimal:3:9.5) (email isNull )))");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            masks ~ [{mask: redact}] ~ masks: 'customProperties.masks' must name fields by one of field, tag, classification but did by none
            masks ~ [{field: email, tag: PII, mask: redact}] ~ masks: 'customProperties.masks' must name fields by one of field, tag, classification but did by field, tag
            masks ~ [{field: e_mail, mask: redact}] ~ masks: 'customProperties.masks.field' must name a field of schemas/sales/order.v1.avsc but was 'e_mail'
            masks ~ [{tag: PHI, mask: redact}] ~ masks: 'customProperties.masks.tag' must be a tag of a field of schemas/sales/order.v1.avsc but was 'PHI'
            masks ~ [{field: line, mask: year-only}] ~ masks: 'customProperties.masks.mask' must fit every field that it is for, and 'line' is of type int, but was 'year-only'
            masks ~ [{field: amount, mask: hash-token}] ~ masks: 'customProperties.masks.mask' must fit every field that it is for, and 'amount' is of type decimal, but was 'hash-token'
            masks ~ [{field: email, mask: blur}] ~ value: 'customProperties.masks[0].mask' must be one of redact, hash-token, last-four, year-only but was 'blur'
            masks ~ [{field: email, mask: redact}, {field: email, mask: last-four}] ~ masks: 'customProperties.masks.field' must be given one mask but was 'email'
            masks ~ [] ~ value: 'customProperties.masks' must have 1 to 200 items but had 0
            rowFilter ~ email is null ~ value: 'customProperties.rowFilter' must be a map but was 'email is null'
            rowFilter ~ {sql: 1} ~ missing-key: 'customProperties.rowFilter.field' must be given but was absent; missing-key: 'customProperties.rowFilter.operator' must be given but was absent; unknown-key: 'customProperties.rowFilter.sql' must be one of field, operator, value, values but was given
            rowFilter ~ {field: mail, operator: isNull} ~ rowFilter: 'customProperties.rowFilter.field' must name a field of schemas/sales/order.v1.avsc but was 'mail'
            rowFilter ~ {field: line, operator: like, value: 3} ~ value: 'customProperties.rowFilter.operator' must be one of equals, notEquals, lessThan, atMost, greaterThan, atLeast, in, notIn, isNull, isNotNull but was 'like'
            rowFilter ~ {field: line, operator: equals, value: three} ~ rowFilter: 'customProperties.rowFilter.value' must be a value of type int but was 'three'
            rowFilter ~ {field: line, operator: equals, value: 2147483648} ~ rowFilter: 'customProperties.rowFilter.value' must be a value of type int but was '2147483648'
            rowFilter ~ {field: email, operator: equals, value: 3} ~ rowFilter: 'customProperties.rowFilter.value' must be a value of type string but was '3'
            rowFilter ~ {field: email, operator: lessThan, value: m} ~ rowFilter: 'customProperties.rowFilter.operator' must ask for no order of a field of type string but was 'lessThan'
            rowFilter ~ {field: line, operator: in, value: 3} ~ rowFilter: 'customProperties.rowFilter' must have 'value' exactly where its operator takes it but 'in' had it; rowFilter: 'customProperties.rowFilter' must have 'values' exactly where its operator takes it but 'in' had none
            rowFilter ~ {field: line, operator: isNull, value: 3} ~ rowFilter: 'customProperties.rowFilter' must have 'value' exactly where its operator takes it but 'isNull' had it
            rowFilter ~ {and: []} ~ value: 'customProperties.rowFilter.and' must have 1 to 20 items but had 0
            rowFilter ~ {and: [{field: line, operator: isNull}], or: [{field: line, operator: isNull}]} ~ unknown-key: 'customProperties.rowFilter.or' must be one of and but was given
            rowFilter ~ {or: [{or: [{or: [{or: [{or: [{field: line, operator: isNull}]}]}]}]}]} ~ value: 'customProperties.rowFilter.or[0].or[0].or[0].or[0]' must nest at most 4 of and, or in each other but nests more
            """)
    void whatDoesNotAgreeWithTheSchemaIsRefusedWithItsLine(String property, String value, String problems) {
        add(property, value);

        int line = lines();
        assertThat(repository.problems())
                .containsExactlyElementsOf(List.of(problems.split("; ")).stream()
                        .map(problem -> "[" + TestRepository.ORDER + ":" + line + "] " + problem)
                        .toList());
    }

    @Test
    void aFieldOfWhichTablesHoldTokensIsRedactedOrATokenAndFiltersNothing() {
        repository.change(
                SCHEMA,
                "\"classification\": \"restricted\",",
                "\"classification\": \"restricted\", \"protection\": \"tokenise\",");
        add("masks", "[{field: email, mask: last-four}]");
        add("rowFilter", "{field: email, operator: isNull}");

        assertThat(repository.problems())
                .extracting(problem -> problem.substring(problem.indexOf(']') + 2))
                .containsExactlyInAnyOrder(
                        "masks: 'customProperties.masks.mask' must be redact or hash-token for 'email', of which the tables"
                                + " hold only tokens, but was 'last-four'",
                        "rowFilter: 'customProperties.rowFilter.field' must name a field that is not tokenised, for tables"
                                + " hold only its tokens, but was 'email'");
    }

    @Test
    void keysComeApartAgainAsTheyWereJoined() {
        for (List<String> texts :
                List.of(List.of("a", "b"), List.of("a|", "\\"), List.of("", ""), List.of("|", "\\|"))) {
            assertThat(Names.keyTexts(Names.key(texts), 2)).contains(texts);
        }
        assertThat(Names.keyTexts("a\\", 1)).contains(List.of("a\\"));
        assertThat(Names.keyTexts("a", 2)).isEmpty();
        assertThat(Names.keyTexts("a|b|c", 2)).isEmpty();
        assertThat(Names.keyTexts("a|b\\", 2)).isEmpty();
    }

    private Contract order() throws InvalidContractsException {
        return repository.load().product(ProductName.parse("sales.order")).orElseThrow();
    }

    private void add(String property, String value) {
        repository.change(
                TestRepository.ORDER,
                "customProperties:\n",
                "customProperties:\n  - property: " + property + "\n    value: " + value + "\n");
    }

    /** Line of the value that {@link #add} wrote first. */
    private static int lines() {
        return 27;
    }
}
