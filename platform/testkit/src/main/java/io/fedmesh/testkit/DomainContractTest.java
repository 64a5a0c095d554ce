package io.fedmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contracts;
import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.stream.TopologyPlan;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What must hold of every domain with topologies; a domain's own test extends it and names the domain. */
public abstract class DomainContractTest {
    /** The domain under test. */
    protected abstract DomainTopologies domain();

    @Test
    void everyContractHasATopologyAndTheReverse() {
        assertThat(plans()).hasSameSizeAs(domain().topologies());
    }

    @Test
    void everyTopologyIsTheOneThatWasReviewed() {
        for (TopologyPlan plan : plans()) {
            GoldenTopology.matches(getClass(), plan);
        }
    }

    @Test
    void theProcessFindsTheDomain() {
        assertThat(ServiceLoader.load(DomainTopologies.class))
                .anySatisfy(found -> assertThat(found).isInstanceOf(domain().getClass()));
    }

    private List<TopologyPlan> plans() {
        Contracts contracts = Repository.contracts();
        return TopologyPlan.of(domain(), contracts, MemoryRegistry.of(contracts), TopologyHarness.config());
    }
}
