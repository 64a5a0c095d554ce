package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.Grant;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Kafka's access control entries as a back-end of {@link Grant}. */
final class AclEntries {
    private static final String USER = "User:";
    private static final String ANY_HOST = "*";
    private static final Pattern HIDDEN = Pattern.compile("[%\\s\\p{Cntrl}]");

    private AclEntries() {}

    /** The entries of a grant, one an operation. */
    static List<AclBinding> of(Grant grant) {
        PatternType pattern = switch (grant.match()) {
            case LITERAL -> PatternType.LITERAL;
            case PREFIX -> PatternType.PREFIXED;
        };
        return grant.operations().stream()
                .map(operation -> new AclBinding(
                        new ResourcePattern(type(grant.resource()), grant.name(), pattern),
                        new AccessControlEntry(
                                USER + grant.principal(), ANY_HOST, operation(operation), AclPermissionType.ALLOW)))
                .toList();
    }

    static ResourceType type(Grant.Resource resource) {
        return switch (resource) {
            case TOPIC -> ResourceType.TOPIC;
            case GROUP -> ResourceType.GROUP;
            case TRANSACTIONAL_ID -> ResourceType.TRANSACTIONAL_ID;
        };
    }

    /** The principal without its type; with it when it is no user. */
    static String principal(AclBinding binding) {
        String principal = binding.entry().principal();
        return principal.startsWith(USER) ? principal.substring(USER.length()) : principal;
    }

    /** {@code <principal> <operation> <resource> [PREFIX] <name> [from <host>]}: another entry has another text. */
    static String text(AclBinding binding) {
        ResourcePattern resource = binding.pattern();
        String host = binding.entry().host();
        return part(principal(binding)) + " " + binding.entry().operation() + " " + resource.resourceType()
                + (resource.patternType() == PatternType.PREFIXED ? " PREFIX " : " ") + part(resource.name())
                + (host.equals(ANY_HOST) ? "" : " from " + part(host));
    }

    /** Without blanks and control characters, so that no name can look like more than one part. */
    private static String part(String text) {
        return HIDDEN.matcher(text)
                .replaceAll(
                        hidden -> String.format("%%%04x", (int) hidden.group().charAt(0)));
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
}
