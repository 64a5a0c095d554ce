package io.fedmesh.govern;

import io.fedmesh.contract.Names;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one principal may do with one resource, or with every resource whose name begins with a prefix that ends in a
 * separator. One model for every back-end (Kafka ACLs, IAM statements). A value; ordered by principal, resource and name.
 *
 * @param principal without {@code User:}
 * @param operations what is allowed; not empty, in the order of the enum
 * @param resource what kind of thing the name names
 * @param name the resource's name, or the beginning of names
 * @param match whether {@code name} is the whole name
 */
public record Grant(String principal, Set<Operation> operations, Resource resource, String name, Match match)
        implements Comparable<Grant> {

    /** What may be done. */
    public enum Operation {
        READ,
        WRITE,
        CREATE,
        DELETE,
        DESCRIBE,
        DESCRIBE_CONFIGS
    }

    /** The kinds of things that a broker guards. */
    public enum Resource {
        TOPIC,
        GROUP,
        TRANSACTIONAL_ID
    }

    /** How the grant's name meets a resource's name. */
    public enum Match {
        LITERAL,
        PREFIX
    }

    private static final Comparator<Grant> ORDER = Comparator.comparing(Grant::principal)
            .thenComparing(Grant::resource)
            .thenComparing(Grant::match)
            .thenComparing(Grant::name)
            .thenComparing(g -> g.operations().toString());

    public Grant {
        if (principal.isBlank() || principal.contains("*")) {
            throw new IllegalArgumentException("'principal' must be one principal's name but was '" + principal + "'");
        }
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("'operations' must name one or more but was empty");
        }
        if (name.isBlank() || name.contains("*")) {
            throw new IllegalArgumentException("'name' must be a name without '*' but was '" + name + "'");
        }
        if (match == Match.PREFIX && !Names.isInternalPrefix(name)) {
            throw new IllegalArgumentException(
                    "a prefix must be <domain>.<topology> and the separator '-' but was '" + name + "'");
        }
        operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    }

    /** Whether the grant covers the resource of this kind and name. */
    public boolean admits(Resource otherResource, String otherName) {
        return resource == otherResource
                && (match == Match.LITERAL ? otherName.equals(name) : otherName.startsWith(name));
    }

    @Override
    public int compareTo(Grant other) {
        return ORDER.compare(this, other);
    }
}
