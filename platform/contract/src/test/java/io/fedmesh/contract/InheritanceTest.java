package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A derived field is classified as high as what it is made of, or a steward of where that comes from has approved less. */
class InheritanceTest {
    private static final String LINEAGE = """
              - property: derivedFrom
                value:
                  order_id: [sales.order.order_id]
                  amount: [sales.order.amount]
            """;
    private static final String CONFIDENTIAL_AMOUNT = "\"scale\": 2}, \"classification\": \"confidential\"}";

    @TempDir
    Path folder;

    private TestRepository repository;

    @BeforeEach
    void write() {
        repository = TestRepository.in(folder);
    }

    @Test
    void whatAProductDoesNotSayOfAFieldIsItsHighestInput() {
        repository.change(TestRepository.TOTAL, LINEAGE, "");

        assertThat(repository.problems())
                .containsExactly(
                        "[schemas/sales/total.v1.avsc:6] inherited-classification: 'order_id' must be restricted or"
                                + " above, because 'derivedFrom' does not say what it is made of and it may be of"
                                + " sales.order.email, but was 'internal'",
                        "[schemas/sales/total.v1.avsc:7] inherited-classification: 'amount' must be restricted or"
                                + " above, because 'derivedFrom' does not say what it is made of and it may be of"
                                + " sales.order.email, but was 'internal'");
    }

    @Test
    void aFieldIsAsHighAsTheHighestThatItIsMadeOf() {
        repository
                .change(TestRepository.TOTAL, "[sales.order.amount]", "[sales.order.amount, sales.order.email]")
                .change(TestRepository.ORDER_SCHEMA, "\"scale\": 2}}", CONFIDENTIAL_AMOUNT);

        assertThat(repository.problems())
                .containsExactly("[schemas/sales/total.v1.avsc:7] inherited-classification: 'amount' must be restricted"
                        + " or above, because it is made of sales.order.email, but was 'internal'");
    }

    @Test
    void aHigherOrAnEqualClassificationIsRight() {
        repository
                .change(TestRepository.ORDER_SCHEMA, "\"scale\": 2}}", CONFIDENTIAL_AMOUNT)
                .change(TestRepository.TOTAL_SCHEMA, "\"scale\": 2}}", CONFIDENTIAL_AMOUNT);
        assertThat(repository.problems()).isEmpty();

        repository.change(TestRepository.TOTAL_SCHEMA, "\"confidential\"", "\"restricted\"");
        assertThat(repository.problems()).isEmpty();
    }

    @Test
    void aStewardOfWhereTheDataComesFromMayApproveLess() throws Exception {
        lowered("{field: amount, from: confidential, to: internal, reason: a sum, approvedBy: [u-2]}");

        assertThat(repository.problems()).isEmpty();
        assertThat(((Contract.Derived) repository
                                .load()
                                .product(ProductName.parse("sales.total"))
                                .orElseThrow()
                                .origin())
                        .declassifications())
                .containsExactly(new Contract.Declassification(
                        "amount", Classification.CONFIDENTIAL, Classification.INTERNAL, "a sum", List.of("u-2")));
    }

    @Test
    void nobodyApprovesForAProductOfTheirOwn() {
        lowered("{field: amount, from: confidential, to: internal, reason: a sum, approvedBy: [u-1]}");

        assertThat(repository.problems())
                .containsExactly("[domains/sales/products/total.odcs.yaml:48] declassification:"
                        + " 'customProperties.declassifications.approvedBy' must name a steward of 'sales' who does not"
                        + " own the product but named none");
    }

    @Test
    void aStrangerApprovesNothing() {
        lowered("{field: amount, from: confidential, to: internal, reason: a sum, approvedBy: [u-3, U-2, u-2x]}");

        assertThat(repository.problems()).singleElement().asString().contains("must name a steward of 'sales'");
    }

    @Test
    void anApprovalIsOfJustThatStep() {
        lowered("{field: amount, from: restricted, to: public, reason: a sum, approvedBy: [u-2]}");

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/products/total.odcs.yaml:48] declassification:"
                                + " 'customProperties.declassifications.from' must be 'confidential', as"
                                + " sales.order.amount is, but was 'restricted'",
                        "[domains/sales/products/total.odcs.yaml:48] declassification:"
                                + " 'customProperties.declassifications.to' must be 'internal', as 'amount' is, but was"
                                + " 'public'");
    }

    @Test
    void anApprovalThatNobodyNeedsIsAMistake() {
        repository.change(
                TestRepository.TOTAL,
                LINEAGE,
                LINEAGE + declared("{field: amount, from: internal, to: internal, reason: a sum, approvedBy: [u-2]}"));

        assertThat(repository.problems())
                .containsExactly("[domains/sales/products/total.odcs.yaml:48] declassification:"
                        + " 'customProperties.declassifications' must leave out 'amount', which is not below what it is"
                        + " made of, but did not");
    }

    @Test
    void lineageNamesFieldsThatThereAre() {
        repository
                .change(TestRepository.TOTAL, "order_id: [sales.order.order_id]", "orderid: [sales.order.order_id]")
                .change(TestRepository.TOTAL, "[sales.order.amount]", "[sales.order.amuont, sales.total.amount, '*']");

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/products/total.odcs.yaml:44] derived-from: 'customProperties.derivedFrom' must"
                                + " name fields of schemas/sales/total.v1.avsc but had 'orderid'",
                        "[domains/sales/products/total.odcs.yaml:45] derived-from: 'customProperties.derivedFrom' must"
                                + " name fields of 'inputs' but had 'sales.total.amount'",
                        "[domains/sales/products/total.odcs.yaml:45] derived-from: 'customProperties.derivedFrom' must"
                                + " name fields of schemas/sales/order.v1.avsc but had 'sales.order.amuont'",
                        "[domains/sales/products/total.odcs.yaml:45] value: 'customProperties.derivedFrom.amount[2]'"
                                + " must match [a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9_]{0,62} but"
                                + " was '*'",
                        "[schemas/sales/total.v1.avsc:6] inherited-classification: 'order_id' must be restricted or"
                                + " above, because 'derivedFrom' does not say what it is made of and it may be of"
                                + " sales.order.email, but was 'internal'");
    }

    @Test
    void aCapturedProductHasNoLineage() {
        repository.change(
                TestRepository.ORDER, "  - property: erasureSubject", LINEAGE + "  - property: erasureSubject");

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/products/order.odcs.yaml:38] origin: 'customProperties.derivedFrom' must"
                                + " be left out beside 'source' but was given");
    }

    /** The amount is confidential in the input and internal in what is made of it. */
    private void lowered(String declassification) {
        repository
                .change(TestRepository.ORDER_SCHEMA, "\"scale\": 2}}", CONFIDENTIAL_AMOUNT)
                .change(TestRepository.TOTAL, LINEAGE, LINEAGE + declared(declassification));
    }

    private static String declared(String declassification) {
        return "  - property: declassifications\n    value:\n      - " + declassification + "\n";
    }
}
