package io.fedmesh.access.internal;

import io.fedmesh.access.ProductTables;
import io.fedmesh.access.QueryRefusedException;
import io.fedmesh.access.TableName;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Principal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one class that opens product data for a reader, after the policy said yes. Thread-safe. */
public final class ProductReader {
    private static final Logger LOG = LoggerFactory.getLogger(ProductReader.class);

    private final ProductTables tables;
    private final AccessPolicy policy;

    public ProductReader(ProductTables tables, AccessPolicy policy) {
        this.tables = tables;
        this.policy = policy;
    }

    /** Throws {@link QueryRefusedException} with the reasons unless the policy says yes; any error is a no. */
    public void check(Principal who, ProductName what, String purpose) {
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
    }

    /** The table at this moment, after {@link #check}; empty while nothing was ever written to it. */
    public Optional<ProductTables.Snapshot> open(Principal who, TableName table, String purpose) {
        check(who, table.product(), purpose);
        return tables.current(table);
    }
}
