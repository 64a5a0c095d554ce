package io.fedmesh.govern.internal.plan;

import java.util.Collection;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;

/**
 * The access control entries of a cluster. Every method throws {@link io.fedmesh.govern.ProvisioningException} when it is
 * refused.
 */
public interface Acls {
    /** All of them, whoever's. */
    Set<AclBinding> entries();

    void add(Collection<AclBinding> entries);

    /** Removes just these. */
    void remove(Collection<AclBinding> entries);
}
