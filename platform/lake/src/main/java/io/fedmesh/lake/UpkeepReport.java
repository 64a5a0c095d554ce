package io.fedmesh.lake;

/**
 * What one round of upkeep did to one table.
 *
 * @param table {@code <domain>.<table>}
 * @param filesBefore data files that were replaced
 * @param filesAfter data files in their place
 * @param vectors deletion vectors that were applied and are gone
 * @param bytesRewritten of the replaced files
 * @param groupsGivenUp sets of files that somebody else replaced meanwhile
 * @param manifestsMerged by how many manifests there are fewer
 * @param snapshotsExpired snapshots that were dropped
 * @param filesDeleted files that only they named
 * @param historyFilesDropped data files whose rows were all older than the contract's retention
 */
public record UpkeepReport(
        String table,
        int filesBefore,
        int filesAfter,
        int vectors,
        long bytesRewritten,
        int groupsGivenUp,
        int manifestsMerged,
        int snapshotsExpired,
        int filesDeleted,
        int historyFilesDropped) {
    /** Whether the table is another one than before. */
    public boolean isAnyChange() {
        return filesBefore + manifestsMerged + snapshotsExpired + historyFilesDropped > 0;
    }
}
