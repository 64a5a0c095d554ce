package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Names;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the brokers must allow by agreements: a pure function of an image and a clock. */
public final class AgreementGrants {
    private static final Set<Grant.Operation> READ = EnumSet.of(Grant.Operation.READ, Grant.Operation.DESCRIBE);

    private AgreementGrants() {}

    /**
     * A grant and why it is given.
     *
     * @param agreement its id
     * @param until when the agreement ends at the latest, exclusive
     */
    public record ByAgreement(Grant grant, String agreement, Instant until) {}

    /**
     * The grants, sorted and each once: to read the topic, in a consumer group of the consumer's own. Where the
     * agreement leaves out a field, or the contract masks one or filters rows, there is none, because a broker gives whole
     * records: such a product is read through the mesh, which applies what is left out.
     */
    public static List<Grant> of(GovernanceImage image, Instant now) {
        return byAgreement(image, now).stream()
                .map(ByAgreement::grant)
                .distinct()
                .sorted()
                .toList();
    }

    /** The same, with the agreement of each: once for each agreement that gives it. */
    public static List<ByAgreement> byAgreement(GovernanceImage image, Instant now) {
        return Live.of(image, now).stream()
                .flatMap(live -> grants(image, live)
                        .map(grant -> new ByAgreement(grant, live.agreement().id(), live.until())))
                .sorted(Comparator.comparing(ByAgreement::grant).thenComparing(ByAgreement::agreement))
                .toList();
    }

    /** The grants, and everybody to whom an agreement ever gave some: what those hold beyond them is to be revoked. */
    public static DesiredState.Agreed agreed(GovernanceImage image, Instant now) {
        return new DesiredState.Agreed(
                of(image, now),
                image.agreements().stream()
                        .map(agreement -> agreement.consumer().principal())
                        .collect(Collectors.toSet()));
    }

    /** Whether the principal's grants follow from agreements alone, so that one that does not is to be revoked. */
    public static boolean owns(String principal) {
        return Names.isAgreementPrincipal(principal);
    }

    private static Stream<Grant> grants(GovernanceImage image, Live live) {
        Directory directory = image.directory();
        Directory.Product product =
                Objects.requireNonNull(directory.products().get(live.agreement().product()));
        Consumer consumer = live.agreement().consumer();
        boolean isShown = directory.isOwn(consumer, product.name().domain()) || product.isShownWhole();
        if (!isShown || !live.fields().containsAll(product.fields().keySet())) {
            return Stream.empty();
        }
        String principal = consumer.principal();
        return Stream.of(
                new Grant(principal, READ, Grant.Resource.TOPIC, product.topic(), Grant.Match.LITERAL),
                new Grant(principal, READ, Grant.Resource.GROUP, principal, Grant.Match.LITERAL));
    }
}
