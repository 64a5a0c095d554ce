package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the log says up to an offset: who there is, what was asked, approved and ended. Immutable and thread-safe; a pure
 * function of the log, so that every process that has read as far knows the same.
 *
 * <p>A record that breaks a rule counts for nothing and is remembered as refused. Where an event is missing, whatever it
 * was, nothing is live: it may have been a revocation.
 */
public final class GovernanceImage implements View {
    /** What holds before the first record. */
    public static final GovernanceImage EMPTY = empty(Rules.ALL);

    /** The most refused records that are remembered one by one. */
    static final int MAX_REFUSED = 100;

    private final Rules rules;
    private final long nextOffset;
    private final long sequence;
    private final String head;
    private final Instant time;
    private final Directory directory;
    private final Map<String, Agreement> agreements;
    private final Map<String, String> commands;
    private final Map<String, String> bound;
    private final List<Refused> refused;
    private final long refusals;
    private final Optional<String> gap;
    private final Map<ProductName, List<Agreement>> byProduct = new HashMap<>();

    GovernanceImage(ImageDelta delta) {
        rules = delta.rules;
        nextOffset = delta.nextOffset;
        sequence = delta.sequence;
        head = delta.head;
        time = delta.time;
        directory = delta.directory;
        agreements = Collections.unmodifiableMap(delta.agreements);
        commands = Collections.unmodifiableMap(delta.commands);
        bound = Collections.unmodifiableMap(delta.bound);
        refused = List.copyOf(delta.refused);
        refusals = delta.refusals;
        gap = delta.gap;
        agreements
                .values()
                .forEach(a -> byProduct
                        .computeIfAbsent(a.product(), p -> new ArrayList<>())
                        .add(a));
    }

    private GovernanceImage(Rules rules) {
        this.rules = rules;
        nextOffset = 0;
        sequence = 0;
        head = Event.NONE;
        time = Instant.EPOCH;
        directory = Directory.EMPTY;
        agreements = Map.of();
        commands = Map.of();
        bound = Map.of();
        refused = List.of();
        refusals = 0;
        gap = Optional.empty();
    }

    static GovernanceImage empty(Rules rules) {
        return new GovernanceImage(rules);
    }

    /** This image and what follows it; entries before {@link #nextOffset()} change nothing. */
    public GovernanceImage with(List<GovernanceLog.Entry> entries) {
        if (entries.isEmpty()) {
            return this;
        }
        ImageDelta delta = new ImageDelta(this);
        entries.forEach(delta::apply);
        return new GovernanceImage(delta);
    }

    /** The offset that the image stands before: all before it is in the image. */
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public Instant time() {
        return time;
    }

    @Override
    public Directory directory() {
        return directory;
    }

    @Override
    public Optional<Agreement> agreement(String id) {
        return Optional.ofNullable(agreements.get(id));
    }

    /** All there ever were, in the order in which they were asked for. */
    @Override
    public Collection<Agreement> agreements() {
        return agreements.values();
    }

    /** The agreements about a product. */
    public List<Agreement> agreements(ProductName product) {
        return Collections.unmodifiableList(byProduct.getOrDefault(product, List.of()));
    }

    /** The last hundred records that count for nothing. */
    public List<Refused> refused() {
        return refused;
    }

    /** How many records count for nothing. */
    public long refusals() {
        return refusals;
    }

    /** What is missing of the log, if something is: then nothing is live and nothing can be done. */
    public Optional<String> gap() {
        return gap;
    }

    /** How many persons must approve these fields of the product; more than there can be where there is no such product. */
    public int approversNeeded(ProductName product, Collection<String> fields) {
        return rules.needed(this, product, fields);
    }

    /** Broken glass that nobody has reviewed, over or not, the oldest first. */
    public List<Agreement> unreviewed() {
        return agreements.values().stream()
                .filter(a -> a.glass() != null && a.glass().review() == null)
                .toList();
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public String head() {
        return head;
    }

    @Override
    public Optional<String> bound(String alias) {
        return Optional.ofNullable(bound.get(alias));
    }

    /** The hash of the command's content, if it was done. */
    Optional<String> done(String command) {
        return Optional.ofNullable(commands.get(command));
    }

    Rules rules() {
        return rules;
    }

    Map<String, Agreement> copyOfAgreements() {
        return new LinkedHashMap<>(agreements);
    }

    Map<String, String> copyOfCommands() {
        return new HashMap<>(commands);
    }

    Map<String, String> copyOfBound() {
        return new HashMap<>(bound);
    }
}
