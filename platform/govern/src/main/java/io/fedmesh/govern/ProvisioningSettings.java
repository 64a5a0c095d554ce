package io.fedmesh.govern;

/**
 * What the cluster decides about topics, not the contract.
 *
 * @param replicationFactor copies of every topic, 1 to 9
 * @param minInSyncReplicas copies that must hold a write before it counts, 1 to {@code replicationFactor}
 */
public record ProvisioningSettings(short replicationFactor, int minInSyncReplicas) {
    public ProvisioningSettings {
        if (replicationFactor < 1 || replicationFactor > 9) {
            throw new IllegalArgumentException("'replicationFactor' must be 1 to 9 but was " + replicationFactor);
        }
        if (minInSyncReplicas < 1 || minInSyncReplicas > replicationFactor) {
            throw new IllegalArgumentException("'minInSyncReplicas' must be 1 to " + replicationFactor
                    + " (the replication factor) but was " + minInSyncReplicas);
        }
    }
}
