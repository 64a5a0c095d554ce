package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The topics of a cluster. Every method throws {@link io.fedmesh.govern.ProvisioningException} when it is refused. */
public interface Topics {
    /**
     * A topic as it stands.
     *
     * @param replicas how many of them each partition has
     * @param configs what is set on the topic itself; a default of the brokers that is right today may not be tomorrow
     */
    record Standing(List<Integer> replicas, Map<String, String> configs) {
        public Standing {
            replicas = List.copyOf(replicas);
            configs = Map.copyOf(configs);
        }
    }

    /** Those whose name passes, by name. */
    Map<String, Standing> standing(Predicate<String> names);

    /** Makes each, or leaves it as it is when somebody else was quicker. */
    void create(List<DesiredState.Topic> topics);

    /** Sets configurations by topic. */
    void set(Map<String, Map<String, String>> configs);

    /** Deletes them and their records. */
    void delete(Collection<String> names);
}
