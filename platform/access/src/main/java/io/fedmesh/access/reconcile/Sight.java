package io.fedmesh.access.reconcile;

import io.fedmesh.wire.Version;
import org.jspecify.annotations.Nullable;

/** Which events of a product a snapshot of its source sees. Immutable. */
final class Sight {
    /**
     * Transaction numbers wrap after 2^31. Each takes 4 bytes of the log at the very least, so that within this much of it
     * no number comes twice; what is older was visible long before.
     */
    private static final long UNAMBIGUOUS_BYTES = 4L << 31;

    private final VisibleTransactions transactions;
    private final long lsn;

    Sight(VisibleTransactions transactions, long lsn) {
        this.transactions = transactions;
        this.lsn = lsn;
    }

    /**
     * Whether the snapshot sees the change behind an event.
     *
     * @param transaction null for a row of capture's initial snapshot, which was complete before ours was taken
     */
    boolean sees(Version version, @Nullable Long transaction) {
        if (transaction == null) {
            if (version.lsn() != 0 || Long.compareUnsigned(version.commitLsn(), lsn) > 0) {
                throw new ReconcileException("an event of version " + version.hex()
                        + " must name its transaction, or be of a snapshot before " + Lsn.text(lsn) + ", but is not");
            }
            return true;
        }
        long older = lsn - version.commitLsn();
        if (older > UNAMBIGUOUS_BYTES) {
            return true;
        }
        return transactions.sees(transaction);
    }
}
