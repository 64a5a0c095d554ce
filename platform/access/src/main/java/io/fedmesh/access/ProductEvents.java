package io.fedmesh.access;

import io.fedmesh.access.internal.EventView;
import io.fedmesh.access.internal.ProductReader;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.EventReader;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The events of a product's topic, for one who may read them, and of these what the policy shows: the same that its tables
 * show. The policy is asked again while the reading goes on, so that it ends soon after what allowed it. Thread-safe.
 */
public final class ProductEvents {
    /** How long a decision is believed: an end that is agreed or declared closes within a minute. */
    private static final Duration DECISION_HOLDS = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(250);

    private final Contracts contracts;
    private final SchemaRegistry registry;
    private final AccessPolicy policy;
    private final TopicFeed.Opener feeds;
    private final TokenKeys tokenKeys;
    private final InstantSource clock;

    /** When a reading ends by itself. */
    public enum End {
        /** When all was read that stood on the topic as it began. */
        AT_THE_END,
        /** Never: it waits for what comes. */
        NEVER
    }

    /**
     * What came of a reading.
     *
     * @param shown events that were handed on
     * @param bad records that are none of the product's, which its readers refuse
     */
    public record Account(long shown, long bad) {}

    /**
     * @param policy who may read what, and what is shown of it
     * @param feeds of a principal who may read products' topics
     * @param tokenKeys those of the sink, for readers who are shown tokens
     * @param clock tells when to ask the policy again
     */
    public ProductEvents(
            Contracts contracts,
            SchemaRegistry registry,
            AccessPolicy policy,
            TopicFeed.Opener feeds,
            TokenKeys tokenKeys,
            InstantSource clock) {
        this.contracts = contracts;
        this.registry = registry;
        this.policy = policy;
        this.feeds = feeds;
        this.tokenKeys = tokenKeys;
        this.clock = clock;
    }

    /**
     * Hands on what is shown, each partition in its order, until the end.
     *
     * @param purpose why, for the decision
     * @param maxEvents how many are handed on at most; 1 or more
     * @param events called on this thread
     * @throws QueryRefusedException when the product may not, or no longer, be read, or cannot be
     */
    public Account read(
            Principal who,
            ProductName what,
            String purpose,
            TopicFeed.Start start,
            End end,
            long maxEvents,
            Consumer<ProductEvent> events) {
        Contract contract = contracts
                .product(what)
                .orElseThrow(
                        () -> new QueryRefusedException("[product] must be one of the mesh but '" + what + "' is not"));
        ProductReader reader = new ProductReader(table -> Optional.empty(), policy, tokenKeys);
        EventReader decoding = new EventReader(contract, registry);
        Instant decided = clock.instant();
        Obligations obligations = reader.check(who, what, purpose);
        EventView view = new EventView(decoding, reader.lens(contract, obligations));
        long shown = 0;
        long bad = 0;
        try (TopicFeed feed = feeds.open(contract.topic().toString(), start)) {
            while (shown < maxEvents) {
                Instant now = clock.instant();
                if (Duration.between(decided, now).compareTo(DECISION_HOLDS) >= 0 || now.isBefore(decided)) {
                    decided = now;
                    obligations = reader.check(who, what, purpose);
                    view = new EventView(decoding, reader.lens(contract, obligations));
                }
                List<ConsumerRecord<byte[], byte[]>> records = feed.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    try {
                        Optional<ProductEvent> event = view.of(record);
                        if (event.isPresent() && shown < maxEvents) {
                            shown++;
                            events.accept(event.get());
                        }
                    } catch (BadRecordException e) {
                        bad++;
                    }
                }
                if (end == End.AT_THE_END && feed.isThrough()) {
                    break;
                }
            }
        } catch (RegistryUnavailableException e) {
            throw new QueryRefusedException(
                    "[" + contract.topic() + "] schemas must be known to read it but the registry cannot be asked", e);
        }
        return new Account(shown, bad);
    }
}
