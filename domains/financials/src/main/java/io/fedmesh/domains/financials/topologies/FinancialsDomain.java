package io.fedmesh.domains.financials.topologies;

import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.stream.ProductTopology;
import java.util.List;

/** The topologies of the domain financials. */
public final class FinancialsDomain implements DomainTopologies {
    @Override
    public String domain() {
        return "financials";
    }

    @Override
    public List<ProductTopology> topologies() {
        return List.of(new ProjectCostTopology());
    }
}
