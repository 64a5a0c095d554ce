package io.fedmesh.access.reconcile;

import io.fedmesh.contract.ProductName;
import java.time.Duration;
import java.util.List;

/**
 * What a comparison of one product found. Keys are named by the first 16 hexadecimal digits of their SHA-256, at most
 * {@link #MAX_KEYS} of each kind, never in clear.
 *
 * @param captured events of the product that the sink has read
 * @param rows rows compared on the side of the table
 * @param missing keys of the source that the table lacks
 * @param extra keys of the table that the source lacks
 * @param different keys whose rows differ
 * @param unsettled keys of a derived product that differed in every round and still changed
 * @param problems what else must hold but does not: history, offsets, account
 * @param position the source's log position that was compared at, as PostgreSQL writes it
 */
public record ReconcileReport(
        ProductName product,
        long captured,
        long rows,
        long missing,
        long extra,
        long different,
        long unsettled,
        List<String> missingKeys,
        List<String> extraKeys,
        List<String> differentKeys,
        List<String> unsettledKeys,
        List<String> problems,
        String position,
        Duration took) {
    /** How many keys of each kind are named. */
    public static final int MAX_KEYS = 20;

    public ReconcileReport {
        missingKeys = List.copyOf(missingKeys);
        extraKeys = List.copyOf(extraKeys);
        differentKeys = List.copyOf(differentKeys);
        unsettledKeys = List.copyOf(unsettledKeys);
        problems = List.copyOf(problems);
    }

    /** Whether source and table agree in everything. */
    public boolean clean() {
        return missing == 0 && extra == 0 && different == 0 && unsettled == 0 && problems.isEmpty();
    }
}
