package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.ProductUpkeep;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Keeps products' tables as they should be, with no engine beside: small files become large ones, deletion vectors are
 * applied, old snapshots and what only they named go. Safe beside live sinks, beside another upkeep, and at any crash;
 * bounded in memory and in what a round reads and writes. Each call is one round; {@link UpkeepLoop} makes rounds for ever.
 *
 * <p>Every method throws {@link TableRefusedException} where a table must not be touched, and
 * {@link org.apache.iceberg.exceptions.NoSuchTableException} for a product whose tables are not made yet. Used by one
 * thread.
 */
public final class Upkeep {
    private static final Predicate<String> HOLD_NAME =
            java.util.regex.Pattern.compile("[a-z][a-z0-9-]{0,30}").asMatchPredicate();

    private final ProductUpkeep upkeep;

    /**
     * @param lakehouse stays open
     * @param clock tells the age of snapshots and files, never order
     * @param random makes commit ids
     * @param pauseMs waits so many milliseconds between two tries of a commit
     */
    public Upkeep(Lakehouse lakehouse, Clock clock, SecureRandom random, LongConsumer pauseMs) {
        this.upkeep = new ProductUpkeep(lakehouse.encrypted(), clock, random, pauseMs);
    }

    /** One round of both tables of a product: the contract's holds, events that are too old, compaction, manifests, expiry. */
    public List<UpkeepReport> round(Contract contract) {
        return upkeep.round(contract);
    }

    /** Locations of files that nothing names and that are older than the contract's bound; nothing is deleted. */
    public List<String> orphans(Contract contract) {
        return upkeep.orphans(contract);
    }

    /** Deletes them and tells how many. */
    public int deleteOrphans(Contract contract) {
        return upkeep.deleteOrphans(contract);
    }

    /** The legal holds on a product's tables: table to names. */
    public Map<String, Set<String>> holds(Contract contract) {
        return upkeep.holds(contract);
    }

    /**
     * Holds both tables of a product as they stand: every file of the current snapshots stays until the hold is released.
     *
     * @param name {@code [a-z][a-z0-9-]{0,30}}; a hold of that name that is there already stays where it is
     */
    public void hold(Contract contract, String name) {
        if (!HOLD_NAME.test(name)) {
            throw new IllegalArgumentException("[hold] a name must match [a-z][a-z0-9-]{0,30} but was '" + name + "'");
        }
        upkeep.hold(contract, name);
    }

    /**
     * Ends a hold on both tables; false when neither had it.
     *
     * @throws IllegalArgumentException while the contract names it: the next round would place it again
     */
    public boolean release(Contract contract, String name) {
        if (contract.upkeep().holds().contains(name)) {
            throw new IllegalArgumentException("[" + contract.file() + "] must no longer name the hold '" + name
                    + "' under 'upkeep.holds' before it is released but does");
        }
        return upkeep.release(contract, name);
    }
}
