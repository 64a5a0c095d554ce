package io.fedmesh.cdc.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How much a transaction of capture takes and how soon the next one may begin: a transaction costs this process and the
 * brokers about as much for few events as for many. Used by one thread.
 */
final class Pace {
    /** From the beginning of one small transaction to that of the next. */
    static final long SMALL_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    /**
     * From the end of a small transaction to the next: one that begins before the brokers wrote the markers of the last is
     * held up by them for 20 ms ({@code add.partitions.to.txn.retry.backoff.ms}).
     */
    static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    /** How long a backlog is gathered for one transaction. */
    static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    /** So many changes in a batch are a backlog, of which more is on its way. */
    private static final int FEW = 512;
    /** Of values, beyond what the source hands over at once. */
    private static final long GATHER_BYTES = 8L << 20;

    private final int few;
    private final int many;
    private final LongSupplier nanoTime;

    /** @param batchRows most records of a transaction */
    Pace(int batchRows, LongSupplier nanoTime) {
        this.few = Math.min(FEW, batchRows / 4);
        this.many = batchRows / 2;
        this.nanoTime = nanoTime;
    }

    /**
     * The batch for the next transaction: what came first alone when that is little, or with what comes in the next moments
     * when the source has a backlog.
     */
    List<Change> gather(List<Change> first, Supplier<List<Change>> poll, BooleanSupplier isStopping) {
        if (first.size() < few) {
            return first;
        }
        List<Change> all = new ArrayList<>(first);
        long bytes = bytes(first);
        long began = nanoTime.getAsLong();
        while (all.size() < many
                && bytes < GATHER_BYTES
                && nanoTime.getAsLong() - began < GATHER_NANOS
                && !isStopping.getAsBoolean()) {
            List<Change> more = poll.get();
            all.addAll(more);
            bytes += bytes(more);
        }
        return all;
    }

    /** How long to wait, in nanoseconds, before the next transaction; at most 0 for not at all. */
    long restNanos(int changes, long beganNanos) {
        return changes < few ? Math.max(SETTLE_NANOS, SMALL_NANOS - (nanoTime.getAsLong() - beganNanos)) : 0;
    }

    private static long bytes(List<Change> changes) {
        long bytes = 0;
        for (Change change : changes) {
            byte[] value = change instanceof Change.Row row ? row.value() : null;
            bytes += value == null ? 0 : value.length;
        }
        return bytes;
    }
}
