package io.fedmesh.bench.internal.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void theSourceFeedsTheProductFromEveryColumnOfTheTable() {
        Contract contract = Ledger.contract();

        assertThat(Ledger.source().products(java.util.List.of(contract))).containsExactly(contract);
        assertThat(((Contract.Captured) contract.origin()).columns().keySet())
                .allSatisfy(column -> assertThat(Ledger.DDL).contains("\n  " + column + " "));
    }
}
