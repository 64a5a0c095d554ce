package io.fedmesh.access.reconcile;

import io.fedmesh.access.ProductTables;
import io.fedmesh.access.internal.ProductReader;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TokenKeys;

/**
 * Compares a product's source and its table key by key, while writes go on. Reads only; each call takes one snapshot of
 * the source, or for a derived product one a round, and holds about 50 bytes a key. Thread-safe when its parts are.
 */
public final class Reconciler {
    private static final String PURPOSE = "reconciliation";

    private final Contracts contracts;
    private final SourceDatabases databases;
    private final Positions positions;
    private final ProductTables tables;
    private final ProductReader reader;
    private final TokenKeys tokenKeys;
    private final ReconcileSettings settings;
    private final Waiting waiting;

    /**
     * @param contracts the products there are
     * @param databases where captured products come from
     * @param positions how far the pipeline has come
     * @param tables what it has written
     * @param policy who may compare what; a report names keys by hash alone, and still reads every row
     * @param tokenKeys those of the sink: what the source holds clear is compared as a token where the table holds one
     * @param settings the bounds
     */
    public Reconciler(
            Contracts contracts,
            SourceDatabases databases,
            Positions positions,
            ProductTables tables,
            AccessPolicy policy,
            TokenKeys tokenKeys,
            ReconcileSettings settings) {
        this(contracts, databases, positions, tables, policy, tokenKeys, settings, Waiting.real(settings));
    }

    Reconciler(
            Contracts contracts,
            SourceDatabases databases,
            Positions positions,
            ProductTables tables,
            AccessPolicy policy,
            TokenKeys tokenKeys,
            ReconcileSettings settings,
            Waiting waiting) {
        this.contracts = contracts;
        this.databases = databases;
        this.positions = positions;
        this.tables = tables;
        this.reader = new ProductReader(tables, policy, tokenKeys);
        this.tokenKeys = tokenKeys;
        this.settings = settings;
        this.waiting = waiting;
    }

    /**
     * Compares one product.
     *
     * @throws io.fedmesh.access.QueryRefusedException when the principal may not read the product
     * @throws io.fedmesh.lake.TableRefusedException when it has tokenised fields and its domain no key of tokens
     * @throws ReconcileException when it cannot be compared: no reconcile SQL, a part of the pipeline that stands still
     */
    public ReconcileReport reconcile(ProductName product, Principal principal) {
        Contract contract = contracts
                .product(product)
                .orElseThrow(
                        () -> new ReconcileException("[" + product + "] must be a product of the mesh but is not"));
        reader.checkWhole(principal, product, PURPOSE);
        SourceDatabases source = new TokenisedSource(databases, contract, tokenKeys);
        Pipeline pipeline = new Pipeline(contracts, positions, tables, waiting);
        if (contract.origin() instanceof Contract.Captured captured) {
            return new CapturedComparison(contract, captured, source, pipeline, waiting, settings).run();
        }
        String sql = ((Contract.Derived) contract.origin()).reconcileSql();
        if (sql == null) {
            throw new ReconcileException("[" + product
                    + "] 'reconcileSql' must be in the contract for the product to be compared but is not");
        }
        return new DerivedComparison(contract, sql, source, pipeline, waiting, settings).run();
    }
}
