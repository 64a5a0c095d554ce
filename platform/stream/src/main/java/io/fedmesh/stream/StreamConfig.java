package io.fedmesh.stream;

import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a process runs its topologies.
 *
 * @param connection the brokers, as the domain's stream principal
 * @param stateDir folder of the stores; each topology has its own beneath it
 * @param stores where state is kept
 * @param replicationFactor of internal topics: 1 or more, -1 for the broker's default
 * @param threads a topology, 1 or more
 * @param commitInterval between transactions, the floor of the latency that a reader of committed records sees
 */
public record StreamConfig(
        KafkaConnection connection,
        Path stateDir,
        Stores stores,
        int replicationFactor,
        int threads,
        Duration commitInterval) {

    /** Where state is kept; its changelog is on the brokers in either case. */
    public enum Stores {
        /** RocksDB under the state folder: quick to restart. */
        DISK,
        /** The heap: nothing of the data lies on this machine's disk, and a restart reads the whole changelog. */
        MEMORY
    }

    public StreamConfig {
        if (replicationFactor != -1 && (replicationFactor < 1 || replicationFactor > Short.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "'replicationFactor' must be -1 or 1 or more but was " + replicationFactor);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("'threads' must be 1 or more but was " + threads);
        }
        if (commitInterval.toMillis() < 1) {
            throw new IllegalArgumentException("'commitInterval' must be 1 ms or more but was " + commitInterval);
        }
    }

    /** On disk, one thread, 100 ms. */
    public static StreamConfig of(KafkaConnection connection, Path stateDir, int replicationFactor) {
        return new StreamConfig(connection, stateDir, Stores.DISK, replicationFactor, 1, Duration.ofMillis(100));
    }
}
