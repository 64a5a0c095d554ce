package io.fedmesh.lake;

import io.fedmesh.contract.ProductName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How upkeep of one product's tables stands; the counts are those of this process.
 *
 * @param product the product
 * @param message why its last round did not end, null when it did
 * @param isRefused whether that was a refusal, which waiting does not mend: an operator must look
 * @param lastRound when a round ended last; null before the first
 * @param filesBefore data files that were replaced
 * @param filesAfter data files in their place
 * @param bytesRewritten of the replaced files
 * @param snapshotsExpired snapshots that were dropped
 * @param filesDeleted files that only these named
 * @param orphansDeleted files that nothing named
 */
public record UpkeepStatus(
        ProductName product,
        @Nullable String message,
        boolean isRefused,
        @Nullable Instant lastRound,
        long filesBefore,
        long filesAfter,
        long bytesRewritten,
        long snapshotsExpired,
        long filesDeleted,
        long orphansDeleted) {
    /** Nothing yet. */
    static UpkeepStatus none(ProductName product) {
        return new UpkeepStatus(product, null, false, null, 0, 0, 0, 0, 0, 0);
    }

    UpkeepStatus after(UpkeepReport report) {
        return new UpkeepStatus(
                product,
                message,
                isRefused,
                lastRound,
                filesBefore + report.filesBefore(),
                filesAfter + report.filesAfter(),
                bytesRewritten + report.bytesRewritten(),
                snapshotsExpired + report.snapshotsExpired(),
                filesDeleted + report.filesDeleted(),
                orphansDeleted);
    }

    UpkeepStatus ended(Instant now, long orphans) {
        return new UpkeepStatus(
                product,
                null,
                false,
                now,
                filesBefore,
                filesAfter,
                bytesRewritten,
                snapshotsExpired,
                filesDeleted,
                orphansDeleted + orphans);
    }

    UpkeepStatus failed(String why, boolean isRefusal) {
        return new UpkeepStatus(
                product,
                why,
                isRefusal,
                lastRound,
                filesBefore,
                filesAfter,
                bytesRewritten,
                snapshotsExpired,
                filesDeleted,
                orphansDeleted);
    }
}
