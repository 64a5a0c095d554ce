package io.fedmesh.domains.financials.topologies;

import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.testkit.DomainContractTest;

class FinancialsDomainTest extends DomainContractTest {
    @Override
    protected DomainTopologies domain() {
        return new FinancialsDomain();
    }
}
