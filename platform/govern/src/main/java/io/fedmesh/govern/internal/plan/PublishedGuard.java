package io.fedmesh.govern.internal.plan;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Offer;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.Succession;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.govern.agreement.Live;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SubjectRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/**
 * Holds contracts against what a mesh publishes: the products of the record of agreements, as an operator told them, with the
 * schemas that the registry has. Of a product that the record does not know the registry's schema alone is compared.
 */
public final class PublishedGuard implements Planner.Guard {
    private static final String SUBJECT = "-value";

    private final SubjectRegistry registry;
    private final Contracts contracts;
    private final Supplier<GovernanceImage> record;
    private final InstantSource clock;

    public PublishedGuard(
            SubjectRegistry registry, Contracts contracts, Supplier<GovernanceImage> record, InstantSource clock) {
        this.registry = registry;
        this.contracts = contracts;
        this.record = record;
        this.clock = clock;
    }

    @Override
    public List<String> problems() {
        try {
            GovernanceImage image = record.get();
            Instant now = clock.instant();
            return Succession.refusals(
                            published(image.directory()),
                            contracts,
                            LocalDate.ofInstant(now, ZoneOffset.UTC),
                            product -> Live.readers(image, product, now))
                    .stream()
                    .map(Problem::toString)
                    .toList();
        } catch (GovernanceLogException | RegistryUnavailableException e) {
            throw new ProvisioningException(String.valueOf(e.getMessage()), e);
        }
    }

    private List<Offer> published(Directory directory) {
        List<Offer> published = new ArrayList<>();
        directory.products().values().forEach(product -> published.add(offer(product)));
        for (Contract contract : contracts.products()) {
            if (!directory.products().containsKey(contract.name())) {
                String topic = contract.topic().toString();
                schema(topic)
                        .ifPresent(schema -> published.add(new Offer(
                                contract.name(),
                                topic,
                                schema,
                                null,
                                Map.of(),
                                null,
                                contract.lifetime().end())));
            }
        }
        return published;
    }

    private Offer offer(Directory.Product product) {
        Directory.Promise promise = product.promise();
        return new Offer(
                product.name(),
                product.topic(),
                schema(product.topic())
                        .map(schema -> told(schema, product.fields().keySet()))
                        .orElse(null),
                promise == null ? null : promise.key(),
                product.fields(),
                promise == null ? null : promise.tokenised(),
                promise == null ? null : promise.end());
    }

    /**
     * Without fields that no contract ever told of: somebody registered them around the mesh, which is drift, and must not
     * hold up every plan.
     */
    private static Schema told(Schema schema, Set<String> fields) {
        List<Schema.Field> kept = schema.getFields().stream()
                .filter(field -> fields.contains(field.name()))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList();
        return Schema.createRecord(schema.getName(), schema.getDoc(), schema.getNamespace(), false, kept);
    }

    private Optional<Schema> schema(String topic) {
        try {
            return registry.latest(topic + SUBJECT);
        } catch (BadRecordException e) {
            throw new ProvisioningException("[registry] " + topic + SUBJECT + ": " + e.getMessage(), e);
        }
    }
}
