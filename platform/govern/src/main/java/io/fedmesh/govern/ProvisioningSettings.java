package io.fedmesh.govern;

import io.fedmesh.govern.audit.AuditSettings;
import java.time.Duration;

/**
 * What the cluster decides about topics, not the contract.
 *
 * @param replicationFactor copies of every topic, 1 to 9
 * @param minInSyncReplicas copies that must hold a write before it counts, 1 to {@code replicationFactor}
 * @param auditRetention how long the record of decisions is kept on its topic; as {@link AuditSettings} says
 */
public record ProvisioningSettings(short replicationFactor, int minInSyncReplicas, Duration auditRetention) {
    /** Decisions are kept for ever. */
    public ProvisioningSettings(short replicationFactor, int minInSyncReplicas) {
        this(replicationFactor, minInSyncReplicas, AuditSettings.FOR_EVER);
    }

    public ProvisioningSettings {
        if (replicationFactor < 1 || replicationFactor > 9) {
            throw new IllegalArgumentException("'replicationFactor' must be 1 to 9 but was " + replicationFactor);
        }
        if (minInSyncReplicas < 1 || minInSyncReplicas > replicationFactor) {
            throw new IllegalArgumentException("'minInSyncReplicas' must be 1 to " + replicationFactor
                    + " (the replication factor) but was " + minInSyncReplicas);
        }
    }

    /** The same with another retention of decisions. */
    public ProvisioningSettings withAuditRetention(Duration retention) {
        return new ProvisioningSettings(replicationFactor, minInSyncReplicas, retention);
    }
}
