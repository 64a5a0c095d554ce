package io.fedmesh.access.internal;

import io.fedmesh.access.ProductTables;
import io.fedmesh.access.QueryRefusedException;
import io.fedmesh.access.TableName;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Lens;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one class that opens product data for a reader, after the policy said yes and as far as it did. Thread-safe. */
public final class ProductReader {
    private static final Logger LOG = LoggerFactory.getLogger(ProductReader.class);

    private final ProductTables tables;
    private final AccessPolicy policy;
    private final TokenKeys tokenKeys;

    public ProductReader(ProductTables tables, AccessPolicy policy, TokenKeys tokenKeys) {
        this.tables = tables;
        this.policy = policy;
        this.tokenKeys = tokenKeys;
    }

    /** What is shown; throws {@link QueryRefusedException} with the reasons unless the policy says yes; any error is a no. */
    public Obligations check(Principal who, ProductName what, String purpose) {
        Decision decision;
        try {
            decision = policy.decide(who, what, purpose);
        } catch (RuntimeException e) {
            LOG.error("Access denied as the decision failed: product={} principal={}", what, who, e);
            throw new QueryRefusedException(
                    "[" + what + "] must be allowed for " + who + " but the decision failed", e);
        }
        if (!decision.allowed()) {
            LOG.info("Access denied: product={} principal={}", what, who);
            throw new QueryRefusedException("[" + what + "] must be allowed for " + who + " but was denied: "
                    + String.join("; ", decision.reasons()));
        }
        return decision.obligations();
    }

    /** The table at this moment as {@link #check} lets it be seen; empty while nothing was ever written to it. */
    public Optional<ProductTables.Snapshot> open(Contract contract, TableName table, Obligations obligations) {
        Optional<ProductTables.Snapshot> snapshot = tables.current(table);
        return obligations.areNone()
                ? snapshot
                : snapshot.map(whole ->
                        new ShownSnapshot(whole, Lens.ofTables(contract, obligations, tokens(contract)), table.kind()));
    }

    /** As {@link #open}, of a table that no contract describes: it is shown whole or not at all. */
    Optional<ProductTables.Snapshot> openWhole(TableName table, Obligations obligations) {
        if (!obligations.areNone()) {
            throw new QueryRefusedException("[" + table + "] must be shown whole but fields or rows of it are not");
        }
        return tables.current(table);
    }

    /**
     * As {@link #check}, for a reader who can do nothing with less than the whole.
     *
     * @throws QueryRefusedException unless the policy says yes to all of it
     */
    public void checkWhole(Principal who, ProductName what, String purpose) {
        if (!check(who, what, purpose).areNone()) {
            throw new QueryRefusedException(
                    "[" + what + "] must be shown whole to " + who + " but fields or rows of it are not");
        }
    }

    /** What is shown of the entities on a product's topic, after {@link #check}. */
    public Lens lens(Contract contract, Obligations obligations) {
        return Lens.ofTopic(contract, obligations, tokens(contract));
    }

    /** Those of the domain; its key is read when the first one is asked for. */
    private UnaryOperator<String> tokens(Contract contract) {
        return new UnaryOperator<>() {
            private @Nullable Tokens tokens;

            @Override
            public synchronized String apply(String text) {
                if (tokens == null) {
                    tokens = Tokens.ofDomain(contract, tokenKeys);
                }
                return tokens.token(text);
            }
        };
    }
}
