package io.fedmesh.access.reconcile;

import java.util.Arrays;

/**
 * Which transactions a snapshot of PostgreSQL sees: the rule of {@code pg_visible_in_snapshot} for the 32-bit numbers that
 * the replication protocol sends. Immutable.
 *
 * @see <a href="https://www.postgresql.org/docs/17/functions-info.html#FUNCTIONS-INFO-SNAPSHOT">Snapshot functions</a>
 */
public final class VisibleTransactions {
    private final int next;
    private final int[] running;

    private VisibleTransactions(int next, int[] running) {
        this.next = next;
        this.running = running;
    }

    /** Reads the text of {@code pg_current_snapshot()}: {@code xmin:xmax:xip,xip}, 64-bit numbers. */
    public static VisibleTransactions parse(String snapshot) {
        String[] parts = snapshot.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a snapshot must be xmin:xmax:list but had " + parts.length + " parts");
        }
        int[] running = parts[2].isEmpty()
                ? new int[0]
                : Arrays.stream(parts[2].split(",", -1))
                        .mapToInt(xid -> (int) Long.parseUnsignedLong(xid))
                        .toArray();
        Arrays.sort(running);
        return new VisibleTransactions((int) Long.parseUnsignedLong(parts[1]), running);
    }

    /**
     * Whether the snapshot sees what a committed transaction did.
     *
     * @param transaction its number, the low 32 bits count; one that began within 2^31 transactions of the snapshot
     */
    public boolean sees(long transaction) {
        int number = (int) transaction;
        return number - next < 0 && Arrays.binarySearch(running, number) < 0;
    }
}
