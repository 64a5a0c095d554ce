package io.fedmesh.govern.internal.plan;

import java.util.Collection;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/** The access control entries of real brokers. */
public final class KafkaAcls implements Acls {
    private final Admin admin;

    public KafkaAcls(Admin admin) {
        this.admin = admin;
    }

    @Override
    public Set<AclBinding> entries() {
        return Set.copyOf(Brokers.answer(
                "describing grants", admin.describeAcls(AclBindingFilter.ANY).values()));
    }

    @Override
    public void add(Collection<AclBinding> entries) {
        Brokers.answer("granting", admin.createAcls(entries).all());
    }

    @Override
    public void remove(Collection<AclBinding> entries) {
        Brokers.answer(
                "revoking",
                admin.deleteAcls(entries.stream().map(AclBinding::toFilter).toList())
                        .all());
    }
}
