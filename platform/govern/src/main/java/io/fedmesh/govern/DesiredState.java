package io.fedmesh.govern;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.govern.internal.GrantRules;
import io.fedmesh.govern.internal.TopicRules;
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
 * @param grants all that the mesh's principals may do; what is not here is refused
 */
public record DesiredState(List<Topic> topics, List<Subject> subjects, List<Grant> grants) {
    /** Principal of the sink. */
    public static final String SINK = "mesh.sink";

    /** Principal of the command line: it describes, and reads positions. */
    public static final String READER = "mesh.reader";

    /** Principal of an operator who looks at refused records and puts them back. */
    public static final String REPLAYER = "mesh.replayer";

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

    public DesiredState {
        topics = List.copyOf(topics);
        subjects = List.copyOf(subjects);
        grants = List.copyOf(grants);
    }

    /**
     * Derives the state.
     *
     * @throws InvalidContractsException when a product reads what its owner does not offer, or a name is reserved
     */
    public static DesiredState of(Contracts contracts, ProvisioningSettings settings) throws InvalidContractsException {
        return new DesiredState(
                TopicRules.topics(contracts, settings), TopicRules.subjects(contracts), GrantRules.grants(contracts));
    }

    /** Every principal that holds a grant, sorted: the users that must exist. */
    public Set<String> principals() {
        return grants.stream().map(Grant::principal).collect(Collectors.toCollection(TreeSet::new));
    }
}
