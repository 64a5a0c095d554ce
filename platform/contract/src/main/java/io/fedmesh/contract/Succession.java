package io.fedmesh.contract;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether contracts may take the place of what is published. What a product offers stays as it is until the product goes, and a
 * product goes on its announced day at the earliest, when nobody reads it by agreement any more. What breaks is therefore
 * published beside it: as a product of the next major version that {@code succeeds} it, until that day. Stateless.
 */
public final class Succession {
    private static final String BREAKING = "breaking-change";
    private static final String REMOVED = "removed-early";
    private static final String OVERLAP = "overlap";
    private static final int MOST_NAMED = 20;

    private final List<Offer> before;
    private final Contracts after;
    private final LocalDate today;
    private final @Nullable Readers readers;
    private final List<Problem> problems = new ArrayList<>();

    /** Who has a live agreement about a product. */
    public interface Readers {
        /** A text each, for people; empty when nobody has. */
        List<String> of(ProductName product);
    }

    private Succession(List<Offer> before, Contracts after, LocalDate today, @Nullable Readers readers) {
        this.before = before;
        this.after = after;
        this.today = today;
        this.readers = readers;
    }

    /**
     * Why the contracts may not take the place of what is published; empty when they may.
     *
     * @param before what is published
     * @param today the day in UTC
     * @param readers who reads by agreement now; null where nobody was asked, and a removal is judged by its day alone
     */
    public static List<Problem> refusals(
            List<Offer> before, Contracts after, LocalDate today, @Nullable Readers readers) {
        return new Succession(before, after, today, readers).find();
    }

    private List<Problem> find() {
        Map<ProductName, Offer> published = new TreeMap<>();
        before.forEach(offer -> published.put(offer.name(), offer));
        for (Break what : Break.between(List.copyOf(published.values()), Offer.of(after))) {
            switch (what.kind()) {
                case PRODUCT_GONE -> gone(published.get(what.product()));
                // Who guards data better need not ask those who read it: their agreements close until a second person
                // agrees.
                case CLASSIFICATION_RAISED -> {}
                case TOPIC_MOVED,
                        KEY_CHANGED,
                        FIELD_GONE,
                        FIELD_RENAMED,
                        TYPE_CHANGED,
                        FIELD_WITHOUT_DEFAULT,
                        PROTECTION_CHANGED -> broken(what);
            }
        }
        published.values().forEach(this::end);
        after.products().stream()
                .filter(contract -> !published.containsKey(contract.name()))
                .forEach(this::overlap);
        return List.copyOf(problems);
    }

    private void broken(Break what) {
        add(
                what.product(),
                BREAKING,
                what.product() + (what.field() == null ? "" : "." + what.field())
                        + " must stay as it was published, for whoever reads it, but " + what.kind() + ": "
                        + what.detail()
                        + "; publish what is new beside it, as a product of the next major version that 'succeeds' "
                        + what.product());
    }

    private void gone(@Nullable Offer old) {
        if (old == null) {
            return;
        }
        LocalDate end = old.end();
        if (end == null) {
            add(
                    old.name(),
                    REMOVED,
                    old.name()
                            + " must stay until an end that its contract announced ('status: deprecated' and 'endOfLife'"
                            + " among its 'slaProperties') but is gone and announced none");
            return;
        }
        if (!today.isAfter(end)) {
            add(
                    old.name(),
                    REMOVED,
                    old.name() + " must stay until the end of " + end + ", as its contract announced, but is gone on "
                            + today);
        }
        List<String> names = readers == null ? List.of() : readers.of(old.name());
        if (!names.isEmpty()) {
            add(
                    old.name(),
                    REMOVED,
                    old.name() + " must have no live agreement when it goes but is read by "
                            + names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                            + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : ""));
        }
    }

    /** Readers planned with the announced day: it may be put off and never be brought forward. */
    private void end(Offer old) {
        LocalDate end = old.end();
        LocalDate now = after.product(old.name())
                .map(contract -> contract.lifetime().end())
                .orElse(null);
        boolean isShort = now != null && (end == null ? now.isBefore(today) : now.isBefore(end));
        if (isShort) {
            add(
                    old.name(),
                    OVERLAP,
                    "'slaProperties.endOfLife' must be "
                            + (end == null
                                    ? today + " or later, to be an announcement,"
                                    : end + ", as was announced, or later")
                            + " but was " + now);
        }
    }

    /** A product that is new and follows another stands beside it for a while. */
    private void overlap(Contract successor) {
        ProductName predecessor = successor.lifetime().predecessor();
        if (predecessor == null) {
            return;
        }
        Optional<LocalDate> end =
                after.product(predecessor).map(contract -> contract.lifetime().end());
        if (end.isPresent() && end.get().isBefore(today)) {
            add(
                    successor.name(),
                    OVERLAP,
                    "'customProperties.succeeds.until' must be " + today + " or later, so that " + successor.name()
                            + " stands beside " + predecessor + ", but was " + end.get());
        }
    }

    private void add(ProductName product, String rule, String message) {
        Path file = after.product(product)
                .map(Contract::file)
                .orElse(Path.of("domains", product.domain(), "products", product.product() + ".odcs.yaml"));
        problems.add(new Problem(file, 1, rule, message));
    }
}
