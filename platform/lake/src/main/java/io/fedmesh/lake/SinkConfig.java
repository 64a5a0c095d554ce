package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a sink process does.
 *
 * @param kafka the brokers, as the sink's principal
 * @param products the products to write; processes that name the same product share its topic's partitions
 * @param indexFolder holds the key indexes, which can be rebuilt, and the id by which consumer groups know the process
 *     again; on this machine's disk, of one process alone
 * @param commitInterval longest time that a record waits for its commit to begin
 * @param maxRowsPerCommit records of one product's commit
 * @param maxBytesPerCommit bytes of one product's commit, as they were on the topic; rows take several times that in memory
 * @param commitThreads how many products write and commit at once
 * @param historyOnly products of which history alone is written: every event is kept and none replaces another
 */
public record SinkConfig(
        KafkaConnection kafka,
        List<Contract> products,
        Path indexFolder,
        Duration commitInterval,
        int maxRowsPerCommit,
        long maxBytesPerCommit,
        int commitThreads,
        Set<ProductName> historyOnly) {
    private static final int COMMIT_THREADS = 2;
    /** What all products together hold at most and have not committed; the heap takes about twice that. */
    private static final long BYTES_OF_ALL = 128L << 20;
    /** A larger commit is hardly cheaper: measured by {@code mesh bench sink --bytes-per-commit}. */
    private static final long MAX_BYTES = 64L << 20;

    private static final long MIN_BYTES = 8L << 20;
    /** Beside its columns: key, version and place. */
    private static final int BYTES_KEPT_OF_A_ROW = 64;

    public SinkConfig {
        products = List.copyOf(products);
        historyOnly = Set.copyOf(historyOnly);
        for (Contract contract : products) {
            if (contract.quality().isAudited() && historyOnly.contains(contract.name())) {
                throw new IllegalArgumentException(
                        "[sink] 'historyOnly' must name no product that is audited but named " + contract.name()
                                + ": its audit reads _latest");
            }
        }
        if (commitInterval.isNegative() || commitInterval.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException(
                    "[sink] 'commitInterval' must be 0 to 10 minutes but was " + commitInterval);
        }
        if (maxRowsPerCommit < 1 || maxRowsPerCommit > 10_000_000) {
            throw new IllegalArgumentException(
                    "[sink] 'maxRowsPerCommit' must be 1 to 10000000 but was " + maxRowsPerCommit);
        }
        if (maxBytesPerCommit < 1) {
            throw new IllegalArgumentException(
                    "[sink] 'maxBytesPerCommit' must be 1 or more but was " + maxBytesPerCommit);
        }
        if (commitThreads < 1 || commitThreads > 256) {
            throw new IllegalArgumentException("[sink] 'commitThreads' must be 1 to 256 but was " + commitThreads);
        }
    }

    /** Both tables of every product. */
    public SinkConfig(
            KafkaConnection kafka,
            List<Contract> products,
            Path indexFolder,
            Duration commitInterval,
            int maxRowsPerCommit,
            long maxBytesPerCommit,
            int commitThreads) {
        this(
                kafka,
                products,
                indexFolder,
                commitInterval,
                maxRowsPerCommit,
                maxBytesPerCommit,
                commitThreads,
                Set.of());
    }

    /**
     * The usual limits: two commits at once, and commits as large as the memory allows that all products share, because each
     * costs the same whatever it holds: files, deletion vectors, metadata.
     */
    public static SinkConfig of(
            KafkaConnection kafka, List<Contract> products, Path indexFolder, Duration commitInterval) {
        long bytes = Math.max(MIN_BYTES, Math.min(MAX_BYTES, BYTES_OF_ALL / Math.max(1, products.size())));
        return new SinkConfig(
                kafka,
                products,
                indexFolder,
                commitInterval,
                Math.toIntExact(bytes / BYTES_KEPT_OF_A_ROW),
                bytes,
                COMMIT_THREADS);
    }
}
