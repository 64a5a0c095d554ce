package io.fedmesh.domains.portfolio.topologies;

import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.testkit.DomainContractTest;

class PortfolioDomainTest extends DomainContractTest {
    @Override
    protected DomainTopologies domain() {
        return new PortfolioDomain();
    }
}
