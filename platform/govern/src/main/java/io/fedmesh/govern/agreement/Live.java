package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An agreement that lets its consumer read now. A value: a pure function of an image and a clock, so that nobody has to do
 * anything for an agreement to end.
 *
 * @param agreement what it follows from
 * @param purpose the purpose for which it may be read
 * @param fields the fields that may be read: what was agreed and the product still has
 * @param until when it ends at the latest, exclusive
 */
public record Live(Agreement agreement, String purpose, Set<String> fields, Instant until) {
    public Live {
        fields = Set.copyOf(fields);
    }

    /** For people: who reads, by which agreement, until when. */
    public String reader() {
        return agreement.consumer() + " (" + agreement.id() + ", until " + until + ")";
    }

    /**
     * All that is live.
     *
     * @param now a clock that went back before the image's last event is taken to stand at that event
     */
    public static List<Live> of(GovernanceImage image, Instant now) {
        return of(image, image.agreements(), now);
    }

    /** What is live of one product. */
    public static List<Live> of(GovernanceImage image, ProductName product, Instant now) {
        return of(image, image.agreements(product), now);
    }

    /** The {@link #reader}s of one product; where the record has a gap nobody knows them, and that stands in their place. */
    public static List<String> readers(GovernanceImage image, ProductName product, Instant now) {
        return image.gap()
                .map(gap -> List.of("whoever it is, for the record of agreements " + gap))
                .orElseGet(
                        () -> of(image, product, now).stream().map(Live::reader).toList());
    }

    /** The next moment at which what is live changes though nothing happens: something begins or ends. */
    public static Optional<Instant> nextChange(GovernanceImage image, Instant now) {
        return image.agreements().stream()
                .filter(a -> a.closed() == null)
                .flatMap(a -> Stream.of(Optional.ofNullable(a.from()), Optional.ofNullable(a.until())))
                .flatMap(Optional::stream)
                .filter(instant -> instant.isAfter(now))
                .min(java.util.Comparator.naturalOrder());
    }

    private static List<Live> of(GovernanceImage image, Collection<Agreement> agreements, Instant now) {
        if (image.gap().isPresent()) {
            return List.of();
        }
        Instant at = now.isBefore(image.time()) ? image.time() : now;
        return agreements.stream()
                .flatMap(agreement -> live(image, agreement, at).stream())
                .toList();
    }

    private static Optional<Live> live(GovernanceImage image, Agreement agreement, Instant at) {
        Terms terms = agreement.terms();
        if (terms == null) {
            return Optional.empty();
        }
        Rules rules = image.rules();
        if (rules.enforces(Rule.CLOSED_IS_CLOSED) && agreement.closed() != null) {
            return Optional.empty();
        }
        Instant from = Objects.requireNonNull(agreement.from());
        Instant until = Objects.requireNonNull(agreement.until());
        if ((rules.enforces(Rule.A_BEGINNING_BEGINS) && at.isBefore(from))
                || (rules.enforces(Rule.AN_END_ENDS) && !at.isBefore(until))) {
            return Optional.empty();
        }
        Optional<Directory.Product> product = image.product(agreement.product());
        if (product.isEmpty() || !known(image.directory(), agreement.consumer())) {
            return Optional.empty();
        }
        // What has become confidential since it was approved by one needs another's approval.
        if (agreement.glass() == null
                && Objects.requireNonNull(agreement.approved()).approvers()
                        < rules.needed(image, agreement.product(), terms.fields())) {
            return Optional.empty();
        }
        Set<String> fields = new TreeSet<>(terms.fields());
        fields.retainAll(product.get().fields().keySet());
        return fields.isEmpty() ? Optional.empty() : Optional.of(new Live(agreement, terms.purpose(), fields, until));
    }

    private static boolean known(Directory directory, Consumer consumer) {
        if (consumer instanceof Consumer.User user) {
            return directory.people().containsKey(user.subject());
        }
        return directory.domains().containsKey(((Consumer.Team) consumer).domain());
    }
}
