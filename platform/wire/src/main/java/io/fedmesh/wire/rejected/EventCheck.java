package io.fedmesh.wire.rejected;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.wire.EventReader;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Whether a record would be taken by the readers of its topic today: what the sink demands, no more and no less. One thread. */
final class EventCheck {
    private final Contracts contracts;
    private final SchemaRegistry registry;
    private final Map<ProductName, EventReader> readers = new HashMap<>();

    EventCheck(Contracts contracts, SchemaRegistry registry) {
        this.contracts = contracts;
        this.registry = registry;
    }

    /** The contract of a product of the mesh. */
    Contract contract(ProductName product) {
        return contracts.product(product).orElseThrow();
    }

    /** The product whose topic this is, one of the mesh. */
    Contract product(String topic) {
        return contracts.byTopic(topic).orElseThrow();
    }

    /**
     * The version of a state event; empty for a derived one, whose version is its place.
     *
     * @throws io.fedmesh.wire.BadRecordException when it would be refused
     * @throws io.fedmesh.wire.RegistryUnavailableException when its schema cannot be asked for
     */
    Optional<Version> demand(Contract contract, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return Optional.ofNullable(readers.computeIfAbsent(contract.name(), name -> new EventReader(contract, registry))
                .read(key, value, headers)
                .version());
    }
}
