package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.Grant;
import io.fedmesh.govern.IamPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * IAM statements as a back-end of {@link Grant}. Actions and resources are those of the service authorization reference
 * "Apache Kafka APIs for Amazon MSK clusters"; wildcards in names are escaped as IAM's policy variables are.
 */
final class IamStatements {
    private static final String SERVICE = "kafka-cluster:";

    /**
     * What is allowed on one resource.
     *
     * @param actions sorted
     * @param resource an ARN in which {@code *} and {@code ?} are wildcards
     */
    record Statement(List<String> actions, String resource) {
        Statement {
            actions = List.copyOf(actions);
        }
    }

    private IamStatements() {}

    /** The statement of a grant. */
    static Statement of(Grant grant, IamPolicy.Cluster cluster) {
        Set<String> actions = new TreeSet<>();
        grant.operations().forEach(operation -> actions.addAll(actions(grant.resource(), operation)));
        String kind = switch (grant.resource()) {
            case TOPIC -> "topic";
            case GROUP -> "group";
            case TRANSACTIONAL_ID -> "transactional-id";
        };
        String wildcard = switch (grant.match()) {
            case LITERAL -> "";
            case PREFIX -> "*";
        };
        return new Statement(new ArrayList<>(actions), cluster.arn(kind) + "/" + escape(grant.name()) + wildcard);
    }

    /** What every client of the cluster needs; writing asks for the idempotent producer too, as ACLs allow it with WRITE. */
    static Statement connect(List<Grant> grants, IamPolicy.Cluster cluster) {
        boolean writes = grants.stream()
                .anyMatch(grant -> grant.resource() == Grant.Resource.TOPIC
                        && grant.operations().contains(Grant.Operation.WRITE));
        return new Statement(
                writes ? List.of(SERVICE + "Connect", SERVICE + "WriteDataIdempotently") : List.of(SERVICE + "Connect"),
                cluster.arn("cluster"));
    }

    /** An operation that implies another for ACLs names both. */
    private static List<String> actions(Grant.Resource resource, Grant.Operation operation) {
        List<String> names = switch (resource) {
            case TOPIC ->
                switch (operation) {
                    case READ -> List.of("ReadData", "DescribeTopic");
                    case WRITE -> List.of("WriteData", "DescribeTopic");
                    case CREATE -> List.of("CreateTopic");
                    case DELETE -> List.of("DeleteTopic", "DescribeTopic");
                    case DESCRIBE -> List.of("DescribeTopic");
                    case DESCRIBE_CONFIGS -> List.of("DescribeTopicDynamicConfiguration");
                };
            case GROUP ->
                switch (operation) {
                    case READ -> List.of("AlterGroup", "DescribeGroup");
                    case DELETE -> List.of("DeleteGroup", "DescribeGroup");
                    case DESCRIBE -> List.of("DescribeGroup");
                    case WRITE, CREATE, DESCRIBE_CONFIGS -> throw none(resource, operation);
                };
            case TRANSACTIONAL_ID ->
                switch (operation) {
                    case WRITE -> List.of("AlterTransactionalId", "DescribeTransactionalId");
                    case DESCRIBE -> List.of("DescribeTransactionalId");
                    case READ, CREATE, DELETE, DESCRIBE_CONFIGS -> throw none(resource, operation);
                };
        };
        return names.stream().map(name -> SERVICE + name).toList();
    }

    private static IllegalArgumentException none(Grant.Resource resource, Grant.Operation operation) {
        return new IllegalArgumentException(
                "an operation on a " + resource + " must be one that IAM has but was " + operation);
    }

    /** {@code ${*}}, {@code ${?}} and {@code ${$}} are the characters themselves. */
    static String escape(String name) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '*' || c == '?' || c == '$') {
                escaped.append("${").append(c).append('}');
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
