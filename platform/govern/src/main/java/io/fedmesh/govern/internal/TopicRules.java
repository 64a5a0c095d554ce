package io.fedmesh.govern.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Source;
import io.fedmesh.govern.DesiredState.Subject;
import io.fedmesh.govern.DesiredState.Topic;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.agreement.KafkaGovernanceLog;
import io.fedmesh.govern.audit.AuditSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Topics and subjects of the contracts, and the topic of decisions. */
public final class TopicRules {
    /** The largest record that passes end to end; a rejected record carries some headers more. */
    static final int MAX_RECORD_BYTES = 10 * 1024 * 1024;

    private static final int REJECTED_HEADERS_BYTES = 64 * 1024;
    private static final int MAX_POSITION_BYTES = 1024 * 1024;
    private static final Duration MAX_COMPACTION_LAG = Duration.ofHours(24);
    private static final Duration LEAST_TOMBSTONE_RETENTION = Duration.ofHours(24);
    private static final Duration MOST_REJECTED_RETENTION = Duration.ofDays(30);

    private TopicRules() {}

    /** Every topic, by name. */
    public static List<Topic> topics(Contracts contracts, ProvisioningSettings settings) {
        List<Topic> topics = new ArrayList<>();
        for (Contract contract : contracts.products()) {
            topics.add(new Topic(
                    contract.topic().toString(),
                    contract.partitions(),
                    settings.replicationFactor(),
                    compacted(settings, contract.retention().tombstones(), MAX_RECORD_BYTES)));
            topics.add(new Topic(
                    contract.topic().rejected().toString(),
                    1,
                    settings.replicationFactor(),
                    rejected(settings, contract.retention().history())));
        }
        for (Source source : contracts.sources()) {
            topics.add(new Topic(
                    source.positionTopic().toString(),
                    1,
                    settings.replicationFactor(),
                    compacted(settings, LEAST_TOMBSTONE_RETENTION, MAX_POSITION_BYTES)));
        }
        topics.add(KafkaGovernanceLog.topic(settings));
        topics.add(audit(settings));
        topics.sort(Comparator.comparing(Topic::name));
        return topics;
    }

    private static Topic audit(ProvisioningSettings settings) {
        AuditSettings audit = AuditSettings.ofMesh(settings.auditRetention());
        return new Topic(
                audit.topic().toString(),
                AuditSettings.PARTITIONS,
                settings.replicationFactor(),
                audit.topicConfigs(settings.minInSyncReplicas()));
    }

    /** Every subject, by name: topics of products alone, as rejected records keep the bytes of others. */
    public static List<Subject> subjects(Contracts contracts) {
        return contracts.products().stream()
                .map(c -> new Subject(c.topic().subject(), c.schema(), "BACKWARD"))
                .sorted(Comparator.comparing(Subject::name))
                .toList();
    }

    private static Map<String, String> compacted(
            ProvisioningSettings settings, Duration tombstones, int maxMessageBytes) {
        Map<String, String> configs = common(settings, maxMessageBytes);
        Duration kept = tombstones.compareTo(LEAST_TOMBSTONE_RETENTION) < 0 ? LEAST_TOMBSTONE_RETENTION : tombstones;
        configs.put("cleanup.policy", "compact");
        configs.put("max.compaction.lag.ms", Long.toString(MAX_COMPACTION_LAG.toMillis()));
        configs.put("delete.retention.ms", Long.toString(kept.toMillis()));
        configs.put("min.cleanable.dirty.ratio", "0.2");
        // The time of a state event is its commit in the source: freshness is measured against it.
        configs.put("message.timestamp.type", "CreateTime");
        return configs;
    }

    private static Map<String, String> rejected(ProvisioningSettings settings, Duration history) {
        Map<String, String> configs = common(settings, MAX_RECORD_BYTES + REJECTED_HEADERS_BYTES);
        Duration kept = history.compareTo(MOST_REJECTED_RETENTION) > 0 ? MOST_REJECTED_RETENTION : history;
        configs.put("cleanup.policy", "delete");
        configs.put("retention.ms", Long.toString(kept.toMillis()));
        // Not the time of the refused record: an old record would be deleted as soon as it is refused.
        configs.put("message.timestamp.type", "LogAppendTime");
        return configs;
    }

    private static Map<String, String> common(ProvisioningSettings settings, int maxMessageBytes) {
        Map<String, String> configs = new HashMap<>();
        configs.put("min.insync.replicas", Integer.toString(settings.minInSyncReplicas()));
        configs.put("unclean.leader.election.enable", "false");
        configs.put("compression.type", "producer");
        configs.put("max.message.bytes", Integer.toString(maxMessageBytes));
        return configs;
    }
}
