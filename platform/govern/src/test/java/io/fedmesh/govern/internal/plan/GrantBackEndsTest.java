package io.fedmesh.govern.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.govern.Grant;
import io.fedmesh.govern.IamPolicy;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.Test;

/** A grant for A never admits B, as Kafka reads it and as IAM does; and both admit the same of A. */
class GrantBackEndsTest {
    private static final long SEED = Long.getLong("fedmesh.seed", 20_261_126L);
    private static final int PAIRS = 100_000;
    private static final String PARTS = "ab1-";
    /** What brokers take in the name of a group or a transactional id, wildcards of both back-ends among them. */
    private static final String ANYTHING = "ab.-_/:?$*{}% \\é";

    private static final IamPolicy.Cluster CLUSTER =
            IamPolicy.Cluster.parse("arn:aws-us-gov:kafka:us-gov-west-1:111122223333:cluster/mesh/0a1b-2");

    @Test
    void aGrantForOneNameNeverAdmitsAnotherInEitherBackEnd() {
        Random random = new Random(SEED);
        int admitted = 0;
        int near = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            Grant grant = grant(random);
            Granted granted = new Granted(grant, AclEntries.of(grant), IamStatements.of(grant, CLUSTER));
            String other = near(random, grant.name());
            boolean isMeant =
                    grant.match() == Grant.Match.LITERAL ? other.equals(grant.name()) : other.startsWith(grant.name());
            near += isMeant ? 0 : 1;
            admitted += isMeant ? 1 : 0;
            for (Grant.Operation operation : operations(grant.resource())) {
                boolean isAllowed = isMeant && implied(grant).contains(operation);
                check(pair, granted, grant.resource(), operation, other, isAllowed);
            }
            for (Grant.Resource resource : Grant.Resource.values()) {
                if (resource != grant.resource()) {
                    check(pair, granted, resource, Grant.Operation.DESCRIBE, grant.name(), false);
                }
            }
        }
        assertThat(near).as("pairs of different names").isGreaterThan(PAIRS / 2);
        assertThat(admitted).as("pairs of which the second is meant").isGreaterThan(PAIRS / 20);
    }

    /** A grant in both back-ends. */
    private record Granted(Grant grant, List<AclBinding> entries, IamStatements.Statement statement) {}

    private static void check(
            int pair,
            Granted granted,
            Grant.Resource resource,
            Grant.Operation operation,
            String name,
            boolean isAllowed) {
        if (kafka(granted, resource, operation, name) != isAllowed
                || iam(granted, resource, operation, name) != isAllowed) {
            assertThat(List.of(kafka(granted, resource, operation, name), iam(granted, resource, operation, name)))
                    .as(
                            "seed %d pair %d: Kafka and IAM, whether %s lets %s on %s '%s'",
                            SEED, pair, granted.grant, operation, resource, name)
                    .containsOnly(isAllowed);
        }
    }

    /** As the authorizer of the brokers decides: READ, WRITE and DELETE let describe, too. */
    private static boolean kafka(Granted granted, Grant.Resource resource, Grant.Operation operation, String name) {
        for (AclBinding binding : granted.entries) {
            boolean isNamed = binding.pattern().patternType() == PatternType.PREFIXED
                    ? name.startsWith(binding.pattern().name())
                    : binding.pattern().name().equals("*")
                            || binding.pattern().name().equals(name);
            String allowed = binding.entry().operation().name();
            boolean isOperation = allowed.equals(operation.name())
                    || allowed.equals("ALL")
                    || (operation == Grant.Operation.DESCRIBE
                            && Set.of("READ", "WRITE", "DELETE").contains(allowed));
            if (isNamed
                    && isOperation
                    && binding.entry().permissionType() == AclPermissionType.ALLOW
                    && binding.pattern().resourceType().name().equals(resource.name())
                    && binding.entry().host().equals("*")
                    && binding.entry().principal().equals("User:" + granted.grant.principal())) {
                return true;
            }
        }
        return false;
    }

    private static boolean iam(Granted granted, Grant.Resource resource, Grant.Operation operation, String name) {
        String arn = "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:"
                + resource.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + "/mesh/0a1b-2/" + name;
        return granted.statement.actions().contains("kafka-cluster:" + action(resource, operation))
                && IamMatcher.matches(granted.statement.resource(), arn);
    }

    /** The one action that a client needs for an operation, from the service authorization reference. */
    private static String action(Grant.Resource resource, Grant.Operation operation) {
        return switch (resource.name() + " " + operation.name()) {
            case "TOPIC READ" -> "ReadData";
            case "TOPIC WRITE" -> "WriteData";
            case "TOPIC CREATE" -> "CreateTopic";
            case "TOPIC DELETE" -> "DeleteTopic";
            case "TOPIC DESCRIBE" -> "DescribeTopic";
            case "TOPIC DESCRIBE_CONFIGS" -> "DescribeTopicDynamicConfiguration";
            case "GROUP READ" -> "AlterGroup";
            case "GROUP DELETE" -> "DeleteGroup";
            case "GROUP DESCRIBE" -> "DescribeGroup";
            case "TRANSACTIONAL_ID WRITE" -> "AlterTransactionalId";
            case "TRANSACTIONAL_ID DESCRIBE" -> "DescribeTransactionalId";
            default -> throw new AssertionError(resource + " " + operation);
        };
    }

    private static List<Grant.Operation> operations(Grant.Resource resource) {
        return switch (resource) {
            case TOPIC -> List.of(Grant.Operation.values());
            case GROUP -> List.of(Grant.Operation.READ, Grant.Operation.DELETE, Grant.Operation.DESCRIBE);
            case TRANSACTIONAL_ID -> List.of(Grant.Operation.WRITE, Grant.Operation.DESCRIBE);
        };
    }

    private static Set<Grant.Operation> implied(Grant grant) {
        Set<Grant.Operation> implied = EnumSet.copyOf(grant.operations());
        if (implied.contains(Grant.Operation.READ)
                || implied.contains(Grant.Operation.WRITE)
                || implied.contains(Grant.Operation.DELETE)) {
            implied.add(Grant.Operation.DESCRIBE);
        }
        return implied;
    }

    private static Grant grant(Random random) {
        Grant.Resource resource = Grant.Resource.values()[random.nextInt(3)];
        List<Grant.Operation> operations = operations(resource);
        Set<Grant.Operation> chosen = EnumSet.of(operations.get(random.nextInt(operations.size())));
        chosen.add(operations.get(random.nextInt(operations.size())));
        String principal = part(random) + ".stream";
        if (random.nextInt(3) == 0) {
            return new Grant(principal, chosen, resource, part(random) + "." + part(random) + "-", Grant.Match.PREFIX);
        }
        String name = resource == Grant.Resource.TOPIC || random.nextBoolean()
                ? part(random) + "." + part(random)
                : text(random).replace('*', '?');
        return new Grant(principal, chosen, resource, name.isBlank() ? "x" : name, Grant.Match.LITERAL);
    }

    /** A name close to another: the same, longer, shorter, one character another, a wildcard in its place, or anything. */
    private static String near(Random random, String name) {
        int at = random.nextInt(name.length());
        String c = String.valueOf(ANYTHING.charAt(random.nextInt(ANYTHING.length())));
        return switch (random.nextInt(7)) {
            case 0 -> name;
            case 1 -> name + c + part(random);
            case 2 -> name.substring(0, at);
            case 3 -> name.substring(0, at) + c + name.substring(at + 1);
            case 4 -> name.substring(0, at) + c + name.substring(at);
            case 5 -> c + name;
            default -> text(random);
        };
    }

    private static String part(Random random) {
        StringBuilder part = new StringBuilder(random.nextBoolean() ? "a" : "b");
        for (int length = random.nextInt(5); length > 0; length--) {
            part.append(PARTS.charAt(random.nextInt(PARTS.length())));
        }
        return part.toString();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = 1 + random.nextInt(6); length > 0; length--) {
            text.append(ANYTHING.charAt(random.nextInt(ANYTHING.length())));
        }
        return text.toString();
    }
}
