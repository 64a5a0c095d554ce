package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.ProductName;
import org.junit.jupiter.api.Test;

class LocalAccessPolicyTest {
    private static final ProductName CRATE = ProductName.parse("yard.crate");
    private static final Principal OPERATOR = new Principal("local-operator");

    private final AccessPolicy policy = new LocalAccessPolicy(Fixtures.contracts(), OPERATOR);

    @Test
    void theLocalOperatorReadsEveryProduct() {
        assertThat(policy.decide(OPERATOR, CRATE, "a look"))
                .isEqualTo(Decision.allow("the operator of a local mesh reads every product"));
    }

    @Test
    void anybodyElseIsDenied() {
        assertThat(policy.decide(new Principal("local-operator2"), CRATE, "a look"))
                .isEqualTo(Decision.deny("no agreement lets local-operator2 read yard.crate"));
    }

    @Test
    void aProductWithoutContractIsDenied() {
        assertThat(policy.decide(OPERATOR, ProductName.parse("yard.nothing"), "a look"))
                .isEqualTo(Decision.deny("no contract offers yard.nothing"));
    }

    @Test
    void aQuestionWithoutPurposeIsDenied() {
        assertThat(policy.decide(OPERATOR, CRATE, " ")).isEqualTo(Decision.deny("a purpose must be given"));
    }
}
