package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialsDescription;

/** Users whom the brokers know by SCRAM. Whoever keeps their passwords makes them. */
public final class ScramUsers implements Provisioner.Users {
    private final Admin admin;
    private final Consumer<String> maker;

    public ScramUsers(Admin admin, Consumer<String> maker) {
        this.admin = admin;
        this.maker = maker;
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(Brokers.answer(
                "listing users", admin.describeUserScramCredentials().users()));
    }

    @Override
    public void add(String name) {
        maker.accept(name);
    }

    @Override
    public void remove(String name) {
        UserScramCredentialsDescription user = Brokers.answer(
                "describing user " + name,
                admin.describeUserScramCredentials(List.of(name)).description(name));
        List<UserScramCredentialAlteration> deletions = new ArrayList<>();
        user.credentialInfos().forEach(info -> deletions.add(new UserScramCredentialDeletion(name, info.mechanism())));
        if (deletions.isEmpty()) {
            throw new ProvisioningException(
                    "[brokers] user " + name + " must have a password to take away but has none");
        }
        Brokers.answer(
                "removing user " + name,
                admin.alterUserScramCredentials(deletions).all());
    }
}
