package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Names;
import io.fedmesh.govern.Grant;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What the brokers must allow by agreements: a pure function of an image and a clock. */
public final class AgreementGrants {
    private static final Set<Grant.Operation> READ = EnumSet.of(Grant.Operation.READ, Grant.Operation.DESCRIBE);

    private AgreementGrants() {}

    /**
     * The grants, sorted and each once: to read the topic, in a consumer group of the consumer's own. An agreement about some
     * of a product's fields gives none, because a broker gives whole records: such a product is read from its tables.
     */
    public static List<Grant> of(GovernanceImage image, Instant now) {
        return Live.of(image, now).stream()
                .flatMap(live -> grants(image, live))
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether the principal's grants follow from agreements alone, so that one that does not is to be revoked. */
    public static boolean owns(String principal) {
        return Names.isAgreementPrincipal(principal);
    }

    private static Stream<Grant> grants(GovernanceImage image, Live live) {
        Directory.Product product = Objects.requireNonNull(
                image.directory().products().get(live.agreement().product()));
        if (!live.fields().containsAll(product.fields().keySet())) {
            return Stream.empty();
        }
        String principal = live.agreement().consumer().principal();
        return Stream.of(
                new Grant(principal, READ, Grant.Resource.TOPIC, product.topic(), Grant.Match.LITERAL),
                new Grant(principal, READ, Grant.Resource.GROUP, principal, Grant.Match.LITERAL));
    }
}
