package io.fedmesh.access.reconcile;

/**
 * How far a source was published.
 *
 * @param snapshotComplete whether the initial snapshot was published to its last row
 * @param commitLsn end of the last transaction whose changes are all published, compared unsigned
 */
public record SourcePosition(boolean snapshotComplete, long commitLsn) {}
