package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.ProductRepair;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.SchemaRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.LongConsumer;

/**
 * Brings into a product's tables what they lack, beside live sinks and without a duplicate. Nothing is done where nothing
 * is wrong, so that it can always be tried again. Used by one thread.
 *
 * <p>Both methods throw {@link TableRefusedException} where history cannot tell what the latest table must be, and
 * {@link org.apache.iceberg.exceptions.NoSuchTableException} for a product whose tables are not made yet.
 */
public final class Repair {
    private final ProductRepair repair;

    /**
     * @param lakehouse stays open
     * @param random makes commit ids
     * @param pauseMs waits so many milliseconds between two tries of a commit
     */
    public Repair(Lakehouse lakehouse, Clock clock, SecureRandom random, LongConsumer pauseMs) {
        this.repair = new ProductRepair(lakehouse.encrypted(), clock, random, pauseMs);
    }

    /**
     * What was done.
     *
     * @param read records of the topic that were looked at
     * @param added events that history lacked
     * @param refused records that are definitely bad: the sink has put them on the rejected topic
     * @param latestAdded rows that {@code _latest} lacked
     * @param latestRemoved rows that {@code _latest} must not have
     */
    public record Report(long read, long added, long refused, long latestAdded, long latestRemoved) {}

    /** Makes {@code _latest} what {@code _history} says, as far as {@code _latest} has applied it. */
    public Report rebuild(Contract contract) {
        return repair.rebuild(contract);
    }

    /**
     * Reads the product's topic again, up to where the tables are, adds to {@code _history} the events that it lacks, and
     * then rebuilds {@code _latest}. What lies beyond is the sink's.
     *
     * @param kafka the brokers, as a principal that may read the topic
     */
    public Report replay(Contract contract, ReplayFrom from, KafkaConnection kafka, SchemaRegistry registry) {
        return repair.replay(contract, from, kafka, registry);
    }
}
