package io.fedmesh.govern;

import io.fedmesh.govern.internal.plan.IamDocuments;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What grants allow on an MSK cluster whose clients prove themselves by IAM: a customer managed policy to attach to a
 * principal's role. The same grants, read as Kafka ACLs, allow the same.
 *
 * @param principal whose role
 * @param part from 1: a principal with many grants has several policies, as IAM bounds the size of each
 * @param document the policy's JSON, version 2012-10-17
 */
public record IamPolicy(String principal, int part, String document) {
    /** Characters of a customer managed policy, white space aside (IAM and STS quotas). */
    public static final int MAX_DOCUMENT_CHARS = 6_144;

    /** An MSK cluster in AWS GovCloud (US), by the parts of its ARN. */
    public record Cluster(String region, String account, String name, String uuid) {
        private static final String PARTITION = "aws-us-gov";
        private static final Pattern ARN = Pattern.compile("arn:" + PARTITION
                + ":kafka:([a-z0-9-]{1,32}):([0-9]{12}):cluster/([a-zA-Z0-9-]{1,64})/([a-zA-Z0-9-]{1,64})");

        public Cluster {
            if (!ARN.matcher(arn(region, account, "cluster", name, uuid)).matches()) {
                throw new IllegalArgumentException("a cluster's ARN must match " + ARN + " but was '"
                        + arn(region, account, "cluster", name, uuid) + "'");
            }
        }

        /** Reads {@code arn:aws-us-gov:kafka:<region>:<account>:cluster/<name>/<uuid>}. */
        public static Cluster parse(String arn) {
            Matcher matcher = ARN.matcher(arn);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("a cluster's ARN must match " + ARN + " but was '" + arn + "'");
            }
            return new Cluster(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4));
        }

        /** The ARN of the cluster as a kind of resource: {@code cluster}, {@code topic}, {@code group}. */
        public String arn(String kind) {
            return arn(region, account, kind, name, uuid);
        }

        private static String arn(String region, String account, String kind, String name, String uuid) {
            return "arn:" + PARTITION + ":kafka:" + region + ":" + account + ":" + kind + "/" + name + "/" + uuid;
        }
    }

    /**
     * A grant and its end.
     *
     * @param until when it ends, exclusive, which the policy says itself; null where it holds as long as the policy stands
     */
    public record Lasting(Grant grant, @Nullable Instant until) {
        private static final Comparator<Lasting> ORDER = Comparator.comparing(Lasting::grant)
                .thenComparing(Lasting::until, Comparator.nullsFirst(Comparator.naturalOrder()));
    }

    /** The policies of every principal that holds a grant, by principal and part; of grants without an end. */
    public static List<IamPolicy> of(List<Grant> grants, Cluster cluster) {
        return ofLasting(grants.stream().map(grant -> new Lasting(grant, null)).toList(), cluster);
    }

    /** The same of grants of which some end by themselves: nobody has to come back for that. */
    public static List<IamPolicy> ofLasting(List<Lasting> grants, Cluster cluster) {
        Map<String, List<Lasting>> byPrincipal = grants.stream()
                .distinct()
                .sorted(Lasting.ORDER)
                .collect(Collectors.groupingBy(
                        lasting -> lasting.grant().principal(), TreeMap::new, Collectors.toList()));
        return byPrincipal.entrySet().stream()
                .flatMap(entry -> IamDocuments.of(entry.getKey(), entry.getValue(), cluster).stream())
                .toList();
    }
}
