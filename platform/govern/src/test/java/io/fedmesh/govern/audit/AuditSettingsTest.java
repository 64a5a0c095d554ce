package io.fedmesh.govern.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.TopicName;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AuditSettingsTest {
    private static AuditSettings settings(String topic, Duration retention, int records) {
        return new AuditSettings(
                TopicName.parse(topic), retention, records, Duration.ofMinutes(1), Duration.ofSeconds(5));
    }

    @Test
    void theTopicIsNeverCompactedAndLosesNothingButByRetention() {
        assertThat(settings("mesh.private.audit.audit.v1", Duration.ofDays(365), 100)
                        .topicConfigs(2))
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "31536000000")
                .containsEntry("retention.bytes", "-1")
                .containsEntry("min.insync.replicas", "2")
                .containsEntry("message.timestamp.type", "LogAppendTime")
                .containsEntry("unclean.leader.election.enable", "false");
    }

    @Test
    void whatCannotBeKeptIsRefused() {
        assertThatThrownBy(() -> settings("mesh.private.audit.state.v1", Duration.ofDays(365), 100))
                .hasMessage("[audit] 'topic' must be of the kind audit but was 'mesh.private.audit.state.v1'");
        assertThatThrownBy(() -> settings("mesh.private.audit.audit.v1", Duration.ofHours(1), 100))
                .hasMessage("[audit] 'retention' must be PT24H to PT876000H but was PT1H");
        assertThatThrownBy(() -> settings("mesh.private.audit.audit.v1", Duration.ofDays(365), 0))
                .hasMessage("[audit] 'checkpointRecords' must be 1 to 100000 but was 0");
    }
}
