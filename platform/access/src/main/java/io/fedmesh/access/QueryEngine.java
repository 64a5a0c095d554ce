package io.fedmesh.access;

import io.fedmesh.access.internal.ProductReader;
import io.fedmesh.access.internal.QueryRun;
import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TokenKeys;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Answers one SELECT over the tables {@code <domain>.<product>_latest} and {@code <domain>.<product>_history}. Each query
 * runs in a DuckDB of its own, in memory, that can reach nothing: it is filled with the columns that the query names, after
 * the policy said yes to every product, and only with what it shows of them: no question, however it is put, meets a value
 * that a mask hides or a row that is not shown. Thread-safe; queries may run side by side.
 */
public final class QueryEngine implements AutoCloseable {
    private final Contracts contracts;
    private final Set<TableName> records;
    private final ProductTables tables;
    private final AccessPolicy policy;
    private final TokenKeys tokenKeys;
    private final QueryLimits limits;
    private final ScheduledExecutorService timer;

    /** As the other, of readers who are shown no tokens in the place of values. */
    public QueryEngine(Contracts contracts, ProductTables tables, AccessPolicy policy, QueryLimits limits) {
        this(contracts, Set.of(), tables, policy, TokenKeys.NONE, limits);
    }

    /** As the other, where every table is a product's. */
    public QueryEngine(
            Contracts contracts, ProductTables tables, AccessPolicy policy, TokenKeys tokenKeys, QueryLimits limits) {
        this(contracts, Set.of(), tables, policy, tokenKeys, limits);
    }

    /**
     * @param contracts the products there are
     * @param records tables that no contract describes, the mesh's own: the policy shows them whole or not at all
     * @param tables where their rows come from
     * @param policy who may read what, and what is shown of it
     * @param tokenKeys those of the sink, for readers who are shown tokens
     * @param limits of each query
     */
    public QueryEngine(
            Contracts contracts,
            Set<TableName> records,
            ProductTables tables,
            AccessPolicy policy,
            TokenKeys tokenKeys,
            QueryLimits limits) {
        this.contracts = contracts;
        this.records = Set.copyOf(records);
        this.tables = tables;
        this.policy = policy;
        this.tokenKeys = tokenKeys;
        this.limits = limits;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "query-timer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Answers a question that is asked without further purpose than to look. */
    public QueryResult query(String sql, Principal principal) {
        return query(sql, principal, "interactive query");
    }

    /**
     * Answers a question.
     *
     * @param purpose why, for the decision
     * @throws QueryRefusedException when it gets no answer, with the reason: not one SELECT, an unknown table, a denied
     *     product, an error in the SQL, a limit
     */
    public QueryResult query(String sql, Principal principal, String purpose) {
        ProductReader reader = new ProductReader(tables, policy, tokenKeys);
        return new QueryRun(contracts, records, reader, limits, timer, System::nanoTime)
                .answer(sql, principal, purpose);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
