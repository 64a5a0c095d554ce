package io.fedmesh.access;

import io.fedmesh.access.internal.FreshSnapshot;
import io.fedmesh.access.internal.Tail;
import io.fedmesh.access.internal.Tokenising;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.wire.SchemaRegistry;
import java.util.Optional;

/**
 * Tables as they would be if the sink had written everything that was committed before they were opened: each
 * {@code _latest} is joined with what stands on its topic behind the offsets that its snapshot records. Order is that of the
 * topic, where every writer puts an entity's states in the order of their versions. Thread-safe.
 */
public final class FreshTables implements ProductTables {
    /**
     * How much of a tail is held in memory.
     *
     * @param maxKeys entities of one tail
     * @param maxBytes about the bytes of their newest states as they are on the topic; in memory they take several times that
     */
    public record Limits(int maxKeys, long maxBytes) {
        /** For one person at a terminal. */
        public static final Limits DEFAULT = new Limits(200_000, 32L << 20);

        public Limits {
            if (maxKeys < 1 || maxBytes < 1) {
                throw new IllegalArgumentException(
                        "'maxKeys' and 'maxBytes' must be 1 or more but were " + maxKeys + " and " + maxBytes);
            }
        }
    }

    private final ProductTables tables;
    private final Contracts contracts;
    private final SchemaRegistry registry;
    private final TopicTails tails;
    private final TokenKeys tokenKeys;
    private final Limits limits;

    /**
     * @param tables as the sink left them
     * @param tails of a principal who may read the products' topics
     * @param tokenKeys those of the sink: a tail shows tokens where the table does
     */
    public FreshTables(
            ProductTables tables,
            Contracts contracts,
            SchemaRegistry registry,
            TopicTails tails,
            TokenKeys tokenKeys,
            Limits limits) {
        this.tables = tables;
        this.contracts = contracts;
        this.registry = registry;
        this.tails = tails;
        this.tokenKeys = tokenKeys;
        this.limits = limits;
    }

    /**
     * The table with its tail.
     *
     * @throws QueryRefusedException for a {@code _history} table, a product that is audited, a tail above the limits, or one that
     *     cannot be read
     * @throws io.fedmesh.lake.TableRefusedException for a product with tokenised fields whose domain has no key of tokens
     */
    @Override
    public Optional<Snapshot> current(TableName table) {
        if (table.kind() == TableName.Kind.HISTORY) {
            throw new QueryRefusedException(
                    "[" + table + "] must be a _latest table to be read fresh but is not: ask" + " without --fresh");
        }
        Contract contract = contracts.product(table.product()).orElseThrow();
        if (contract.quality().isAudited()) {
            throw new QueryRefusedException(
                    "[" + table + "] must not be audited to be read fresh but is, and what stands on"
                            + " the topic behind it was not audited: ask without --fresh");
        }
        return tables.current(table).map(snapshot -> {
            Tail tail = new Tail(contract, snapshot.schema(), registry, Tokenising.of(contract, tokenKeys), limits);
            tails.read(contract.topic().toString(), snapshot.offsets(), tail::take);
            return new FreshSnapshot(snapshot, contract.keyFields(), tail);
        });
    }
}
