package io.fedmesh.domains.portfolio.topologies;

import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.stream.ProductTopology;
import java.util.List;

/** The topologies of the domain portfolio, which reads other domains' products. */
public final class PortfolioDomain implements DomainTopologies {
    @Override
    public String domain() {
        return "portfolio";
    }

    @Override
    public List<ProductTopology> topologies() {
        return List.of(new ProjectHealthTopology());
    }
}
