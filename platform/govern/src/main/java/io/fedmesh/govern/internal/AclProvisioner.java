package io.fedmesh.govern.internal;

import io.fedmesh.govern.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Kafka's access control entries as a back-end of {@link Grant}. */
public final class AclProvisioner {
    private static final String USER = "User:";

    private final Admin admin;
    private final Duration readBackTimeout;

    /** What was changed, sorted. */
    public record Changes(List<String> granted, List<String> revoked) {}

    public AclProvisioner(Admin admin, Duration readBackTimeout) {
        this.admin = admin;
        this.readBackTimeout = readBackTimeout;
    }

    /** Adds first, then removes: a principal that keeps a right never loses it in between. */
    public Changes apply(List<Grant> grants, Collection<String> notes) {
        Set<AclBinding> desired = new HashSet<>();
        grants.forEach(g -> desired.addAll(bindings(g)));
        Set<AclBinding> there = ours(notes);
        Set<AclBinding> missing = new HashSet<>(desired);
        missing.removeAll(there);
        Set<AclBinding> surplus = new HashSet<>(there);
        surplus.removeAll(desired);
        if (!missing.isEmpty()) {
            Brokers.answer("granting", admin.createAcls(missing).all());
        }
        if (!surplus.isEmpty()) {
            Brokers.answer(
                    "revoking",
                    admin.deleteAcls(surplus.stream().map(AclBinding::toFilter).toList())
                            .all());
        }
        Brokers.await("grants", readBackTimeout, () -> ours(new ArrayList<>()).equals(desired));
        return new Changes(texts(missing), texts(surplus));
    }

    /** The ALLOW entries of the mesh's principals; a DENY is somebody's decision and stays. */
    private Set<AclBinding> ours(Collection<String> notes) {
        Set<AclBinding> ours = new HashSet<>();
        for (AclBinding binding : Brokers.answer(
                "describing grants", admin.describeAcls(AclBindingFilter.ANY).values())) {
            String principal = binding.entry().principal();
            if (!principal.startsWith(USER) || !GrantRules.owns(principal.substring(USER.length()))) {
                continue;
            }
            if (binding.entry().permissionType() == AclPermissionType.ALLOW) {
                ours.add(binding);
            } else {
                notes.add("[grants] an entry that denies stays: " + text(binding));
            }
        }
        return ours;
    }

    /** The entries of a grant, one an operation. */
    static List<AclBinding> bindings(Grant grant) {
        ResourceType type = switch (grant.resource()) {
            case TOPIC -> ResourceType.TOPIC;
            case GROUP -> ResourceType.GROUP;
            case TRANSACTIONAL_ID -> ResourceType.TRANSACTIONAL_ID;
        };
        PatternType pattern = switch (grant.match()) {
            case LITERAL -> PatternType.LITERAL;
            case PREFIX -> PatternType.PREFIXED;
        };
        return grant.operations().stream()
                .map(operation -> new AclBinding(
                        new ResourcePattern(type, grant.name(), pattern),
                        new AccessControlEntry(
                                USER + grant.principal(), "*", operation(operation), AclPermissionType.ALLOW)))
                .toList();
    }

    private static AclOperation operation(Grant.Operation operation) {
        return switch (operation) {
            case READ -> AclOperation.READ;
            case WRITE -> AclOperation.WRITE;
            case CREATE -> AclOperation.CREATE;
            case DELETE -> AclOperation.DELETE;
            case DESCRIBE -> AclOperation.DESCRIBE;
            case DESCRIBE_CONFIGS -> AclOperation.DESCRIBE_CONFIGS;
        };
    }

    private static List<String> texts(Collection<AclBinding> bindings) {
        return bindings.stream().map(AclProvisioner::text).sorted().toList();
    }

    private static String text(AclBinding binding) {
        return binding.entry().principal().replaceFirst("^" + USER, "") + " "
                + binding.entry().operation() + " " + binding.pattern().resourceType() + " "
                + binding.pattern().name()
                + (binding.pattern().patternType() == PatternType.PREFIXED ? "*" : "");
    }
}
