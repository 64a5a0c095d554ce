package io.fedmesh.govern;

import io.fedmesh.govern.internal.AclProvisioner;
import io.fedmesh.govern.internal.TopicProvisioner;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/**
 * Brings brokers and registry to a {@link DesiredState}: creates what is missing, sets what drifted, revokes what the
 * mesh's own principals hold and should not. It never deletes a topic, never touches a principal outside the mesh nor the
 * operator, never removes a DENY entry. Applying twice changes nothing the second time. Not thread-safe; one at a time.
 */
public final class Provisioner {
    private final TopicProvisioner topics;
    private final AclProvisioner acls;
    private final SchemaRegistry registry;

    /**
     * @param admin client of the operator, who is a super user; stays the caller's to close
     * @param registry where schemas are registered
     * @param readBackTimeout how long the brokers may take to show a change
     */
    public Provisioner(Admin admin, SchemaRegistry registry, Duration readBackTimeout) {
        this.topics = new TopicProvisioner(admin, readBackTimeout);
        this.acls = new AclProvisioner(admin, readBackTimeout);
        this.registry = registry;
    }

    /**
     * Reaches the state and reads it back: topics, then subjects, then grants, so that nobody may write where no schema is.
     *
     * @throws ProvisioningException when a topic has another number of partitions, before anything is changed; when the
     *     brokers refuse, or do not show in time what they accepted
     * @throws io.fedmesh.wire.IncompatibleSchemaException when the registry refuses a schema
     * @throws io.fedmesh.wire.RegistryUnavailableException when it cannot be asked
     */
    public ProvisioningReport apply(DesiredState desired) {
        List<String> notes = new ArrayList<>();
        TopicProvisioner.Changes changed = topics.apply(desired.topics(), notes);
        List<String> subjects = new ArrayList<>();
        for (DesiredState.Subject subject : desired.subjects()) {
            if (register(subject)) {
                subjects.add(subject.name());
            }
        }
        AclProvisioner.Changes entries = acls.apply(desired.grants(), notes);
        return new ProvisioningReport(
                changed.created(), changed.configs(), subjects, entries.granted(), entries.revoked(), notes);
    }

    private boolean register(DesiredState.Subject subject) {
        boolean missing = false;
        try {
            registry.id(subject.name(), subject.schema());
        } catch (BadRecordException unknown) {
            missing = true;
            registry.register(subject.name(), subject.schema());
        }
        registry.compatibility(subject.name(), subject.compatibility());
        return missing;
    }
}
