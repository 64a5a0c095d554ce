package io.fedmesh.govern.audit;

import io.fedmesh.contract.TopicName;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the audit log is kept; checked here. A value.
 *
 * @param topic of the kind {@code audit}
 * @param retention how long a record is kept on the topic at least; a day or more
 * @param checkpointRecords after so many records a checkpoint is signed; 1 to 100,000. Ten times as many may stand
 *     uncovered while it cannot be, after that nothing more is recorded
 * @param checkpointEvery after so long a checkpoint is signed, if there is anything to cover; a second or more
 * @param timeout how long a caller waits for its event to be recorded; 100 ms to 10 minutes
 */
public record AuditSettings(
        TopicName topic, Duration retention, int checkpointRecords, Duration checkpointEvery, Duration timeout) {
    private static final int MAX_RECORD_BYTES = 1 << 20;

    public AuditSettings {
        if (topic.kind() != TopicName.Kind.AUDIT) {
            throw new IllegalArgumentException("[audit] 'topic' must be of the kind audit but was '" + topic + "'");
        }
        within("retention", retention, Duration.ofDays(1), Duration.ofDays(36_500));
        within("checkpointEvery", checkpointEvery, Duration.ofSeconds(1), Duration.ofDays(1));
        within("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        if (checkpointRecords < 1 || checkpointRecords > 100_000) {
            throw new IllegalArgumentException(
                    "[audit] 'checkpointRecords' must be 1 to 100000 but was " + checkpointRecords);
        }
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
        configs.put("retention.ms", Long.toString(retention.toMillis()));
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
