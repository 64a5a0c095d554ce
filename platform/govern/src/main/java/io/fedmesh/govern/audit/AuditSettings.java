package io.fedmesh.govern.audit;

import io.fedmesh.contract.Names;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.DesiredState;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the audit log is kept; checked here. A value.
 *
 * @param topic of the kind {@code audit}
 * @param retention how long a record is kept on the topic at least; a day or more, {@link #FOR_EVER} at most
 * @param checkpointRecords after so many records a checkpoint is signed; 1 to 100,000. Ten times as many may stand
 *     uncovered while it cannot be, after that nothing more is recorded
 * @param checkpointEvery after so long a checkpoint is signed, if there is anything to cover; a second or more
 * @param timeout how long a caller waits for its event to be recorded; 100 ms to 10 minutes
 */
public record AuditSettings(
        TopicName topic, Duration retention, int checkpointRecords, Duration checkpointEvery, Duration timeout) {
    /** The longest retention: nothing is deleted. */
    public static final Duration FOR_EVER = Duration.ofDays(36_500);

    /** The mesh's own topic. */
    public static final TopicName TOPIC =
            new TopicName(DesiredState.PLATFORM, TopicName.Visibility.PRIVATE, "audit", TopicName.Kind.AUDIT, 1);

    /** The mesh's own log as a product without a contract: its copy is the product's history table, and auditors read it. */
    public static final ProductName COPY = new ProductName(DesiredState.PLATFORM, "audit");

    /** Partitions of the mesh's own topic: so many processes write without waiting for each other. */
    public static final int PARTITIONS = 4;

    private static final int MAX_RECORD_BYTES = 1 << 20;

    public AuditSettings {
        if (topic.kind() != TopicName.Kind.AUDIT) {
            throw new IllegalArgumentException("[audit] 'topic' must be of the kind audit but was '" + topic + "'");
        }
        within("retention", retention, Duration.ofDays(1), FOR_EVER);
        within("checkpointEvery", checkpointEvery, Duration.ofSeconds(1), Duration.ofDays(1));
        within("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        if (checkpointRecords < 1 || checkpointRecords > 100_000) {
            throw new IllegalArgumentException(
                    "[audit] 'checkpointRecords' must be 1 to 100000 but was " + checkpointRecords);
        }
    }

    /** Those of the mesh's own log: a checkpoint after 100 records or a minute, and nobody waits longer than 20 s. */
    public static AuditSettings ofMesh(Duration retention) {
        return new AuditSettings(TOPIC, retention, 100, Duration.ofMinutes(1), Duration.ofSeconds(20));
    }

    /** The transactional.id under which a partition is written, whoever writes. */
    public String transactionalId(int partition) {
        return Names.transactionalId(topic.domain(), "audit", "p" + partition);
    }

    /** How many records may stand uncovered before nothing more is recorded. */
    public int maxUncovered() {
        return 10 * checkpointRecords;
    }

    /** How long a record may stand uncovered before a verification says so: ten intervals. */
    public Duration maxLag() {
        return checkpointEvery.multipliedBy(10);
    }

    /**
     * The topic's configuration: never compacted, nothing deleted but by retention, by the brokers' clock and no
     * producer's.
     *
     * @param minInSyncReplicas replicas that must have a record before it counts
     */
    public Map<String, String> topicConfigs(int minInSyncReplicas) {
        Map<String, String> configs = new TreeMap<>();
        configs.put("cleanup.policy", "delete");
        configs.put("retention.ms", retention.equals(FOR_EVER) ? "-1" : Long.toString(retention.toMillis()));
        configs.put("retention.bytes", "-1");
        configs.put("message.timestamp.type", "LogAppendTime");
        configs.put("min.insync.replicas", Integer.toString(minInSyncReplicas));
        configs.put("unclean.leader.election.enable", "false");
        configs.put("compression.type", "producer");
        configs.put("max.message.bytes", Integer.toString(MAX_RECORD_BYTES));
        return configs;
    }

    private static void within(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "[audit] '" + what + "' must be " + least + " to " + most + " but was " + value);
        }
    }
}
