package io.fedmesh.stream;

import java.util.List;

/**
 * What a domain computes; found by {@link java.util.ServiceLoader}, so that the platform knows no domain by name. One
 * implementation a domain.
 */
public interface DomainTopologies {
    /** The domain's name, as in its {@code domain.yaml}. */
    String domain();

    /** One for every derived product of the domain. */
    List<ProductTopology> topologies();
}
