package io.fedmesh.bench.internal.sink;

/**
 * When a leg that commits by itself does so.
 *
 * @param commitIntervalMs of the peer and of ours
 * @param maxRowsPerCommit of ours
 * @param maxBytesPerCommit of ours
 */
record SinkLimits(long commitIntervalMs, int maxRowsPerCommit, long maxBytesPerCommit) {}
