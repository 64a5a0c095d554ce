package io.fedmesh.govern;

import java.util.List;

/**
 * What {@link Provisioner#apply} changed; every list is empty when the brokers and the registry held the state already.
 *
 * @param createdTopics names
 * @param changedConfigs {@code topic: key=value}, what is now set
 * @param registeredSubjects subjects under which a schema was not registered before
 * @param granted access control entries that were added
 * @param revoked access control entries of the mesh's principals that were removed
 * @param notes what was seen and left alone, for a person to judge
 */
public record ProvisioningReport(
        List<String> createdTopics,
        List<String> changedConfigs,
        List<String> registeredSubjects,
        List<String> granted,
        List<String> revoked,
        List<String> notes) {
    public ProvisioningReport {
        createdTopics = List.copyOf(createdTopics);
        changedConfigs = List.copyOf(changedConfigs);
        registeredSubjects = List.copyOf(registeredSubjects);
        granted = List.copyOf(granted);
        revoked = List.copyOf(revoked);
        notes = List.copyOf(notes);
    }

    /** Whether anything was changed. */
    public boolean changed() {
        return !(createdTopics.isEmpty()
                && changedConfigs.isEmpty()
                && registeredSubjects.isEmpty()
                && granted.isEmpty()
                && revoked.isEmpty());
    }
}
