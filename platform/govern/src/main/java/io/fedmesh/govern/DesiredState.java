package io.fedmesh.govern;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.govern.internal.GrantRules;
import io.fedmesh.govern.internal.TopicRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * What the brokers and the registry must hold: a pure function of the contracts and the settings. Immutable; every list
 * is sorted, so that equal contracts give equal states.
 *
 * @param topics every topic of the mesh that is not internal to a topology
 * @param subjects every subject of the registry
 * @param grants all that the mesh's principals and its consumers may do; what is not here is refused
 * @param consumers principals of agreements, live or ended: what they hold beyond {@code grants} is revoked
 */
public record DesiredState(List<Topic> topics, List<Subject> subjects, List<Grant> grants, Set<String> consumers) {
    /** The first part of the platform's own names; no domain may take it. */
    public static final String PLATFORM = "mesh";

    /** Principal of the sink. */
    public static final String SINK = "mesh.sink";

    /** Principal of the command line: it describes, reads positions, and the record of agreements. */
    public static final String READER = "mesh.reader";

    /** Principal of an operator who looks at refused records and puts them back. */
    public static final String REPLAYER = "mesh.replayer";

    /** Principal of commands about agreements: it writes their record. */
    public static final String DESK = "mesh.desk";

    /** Principal of what opens and closes grants as agreements begin and end: it reads their record. */
    public static final String GOVERNOR = "mesh.governor";

    /** Principal that writes the record of decisions, under one transactional.id a partition. */
    public static final String AUDIT = "mesh.audit";

    /** Principal of an auditor: it reads the record of decisions and nothing else. */
    public static final String AUDITOR = "mesh.auditor";

    /** Principal that provisions: a super user of the brokers, never granted or revoked here. */
    public static final String OPERATOR = "mesh.operator";

    /**
     * A topic.
     *
     * @param configs every configuration that the mesh leans on
     */
    public record Topic(String name, int partitions, short replicationFactor, Map<String, String> configs) {
        public Topic {
            configs = Map.copyOf(configs);
        }
    }

    /** A subject with the schema that must be registered under it and the level at which the next one is checked. */
    public record Subject(String name, Schema schema, String compatibility) {}

    /**
     * What agreements give, at one moment.
     *
     * @param grants of live agreements: each lets a consumer read or describe, and nothing else
     * @param consumers principals of all agreements, ended ones as well; none is a component of the mesh, so that no
     *     agreement can widen what a component may do
     */
    public record Agreed(List<Grant> grants, Set<String> consumers) {
        private static final Set<Grant.Operation> READING =
                Set.of(Grant.Operation.READ, Grant.Operation.DESCRIBE, Grant.Operation.DESCRIBE_CONFIGS);

        /** No agreement was ever made. */
        public static final Agreed NOTHING = new Agreed(List.of(), Set.of());

        public Agreed {
            grants = List.copyOf(grants);
            consumers = Set.copyOf(consumers);
            for (String consumer : consumers) {
                if (GrantRules.owns(consumer) || consumer.equals(OPERATOR)) {
                    throw new IllegalArgumentException(
                            "a consumer must not be a component of the mesh but was '" + consumer + "'");
                }
            }
            for (Grant grant : grants) {
                if (!consumers.contains(grant.principal())) {
                    throw new IllegalArgumentException(
                            "an agreed grant must be a consumer's but was of '" + grant.principal() + "'");
                }
                if (!READING.containsAll(grant.operations())) {
                    throw new IllegalArgumentException("an agreed grant must be of "
                            + READING.stream().sorted().toList() + " but was of " + grant.operations());
                }
            }
        }
    }

    public DesiredState {
        consumers = Set.copyOf(consumers);
        topics = List.copyOf(topics);
        subjects = List.copyOf(subjects);
        grants = List.copyOf(grants);
    }

    /**
     * Derives the state without agreements.
     *
     * @throws InvalidContractsException when a product reads what its owner does not offer, or a name is reserved
     */
    public static DesiredState of(Contracts contracts, ProvisioningSettings settings) throws InvalidContractsException {
        return of(contracts, settings, Agreed.NOTHING);
    }

    /**
     * Derives the state.
     *
     * @throws InvalidContractsException as {@link #of(Contracts, ProvisioningSettings)}
     */
    public static DesiredState of(Contracts contracts, ProvisioningSettings settings, Agreed agreed)
            throws InvalidContractsException {
        List<Grant> grants = new ArrayList<>(GrantRules.grants(contracts));
        grants.addAll(agreed.grants());
        return new DesiredState(
                TopicRules.topics(contracts, settings),
                TopicRules.subjects(contracts),
                grants.stream().sorted().toList(),
                agreed.consumers());
    }

    /** Every principal that holds a grant, sorted: the users that must exist. */
    public Set<String> principals() {
        return grants.stream().map(Grant::principal).collect(Collectors.toCollection(TreeSet::new));
    }
}
