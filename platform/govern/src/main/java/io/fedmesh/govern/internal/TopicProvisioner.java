package io.fedmesh.govern.internal;

import io.fedmesh.govern.DesiredState.Topic;
import io.fedmesh.govern.ProvisioningException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates missing topics and sets drifted configurations; deletes nothing. */
public final class TopicProvisioner {
    private final Admin admin;
    private final Duration readBackTimeout;

    /** What was changed. */
    public record Changes(List<String> created, List<String> configs) {}

    public TopicProvisioner(Admin admin, Duration readBackTimeout) {
        this.admin = admin;
        this.readBackTimeout = readBackTimeout;
    }

    /** Reaches the topics and reads them back; refuses before any change when a number of partitions differs. */
    public Changes apply(List<Topic> desired, Collection<String> notes) {
        Map<String, TopicDescription> there = describe(desired);
        refuseOtherPartitions(desired, there);
        List<Topic> missing =
                desired.stream().filter(t -> !there.containsKey(t.name())).toList();
        List<Topic> existing =
                desired.stream().filter(t -> there.containsKey(t.name())).toList();
        existing.forEach(t -> noteReplication(t, there, notes));
        List<String> created = create(missing);
        List<String> configs = setDrifted(existing);
        Brokers.await("topics and their configurations", readBackTimeout, () -> holds(desired));
        return new Changes(created, configs);
    }

    private boolean holds(List<Topic> desired) {
        Map<String, TopicDescription> now = describe(desired);
        if (now.size() < desired.size()) {
            return false;
        }
        refuseOtherPartitions(desired, now);
        return drift(desired).isEmpty();
    }

    private Map<String, TopicDescription> describe(List<Topic> desired) {
        Map<String, TopicDescription> found = new HashMap<>();
        admin.describeTopics(desired.stream().map(Topic::name).toList())
                .topicNameValues()
                .forEach((name, future) ->
                        present("describing topic " + name, future).ifPresent(d -> found.put(name, d)));
        return found;
    }

    private static void refuseOtherPartitions(List<Topic> desired, Map<String, TopicDescription> there) {
        List<String> wrong = new ArrayList<>();
        for (Topic topic : desired) {
            TopicDescription found = there.get(topic.name());
            if (found != null && found.partitions().size() != topic.partitions()) {
                wrong.add("[topic " + topic.name() + "] 'partitions' must be " + topic.partitions()
                        + " as its contract says but was "
                        + found.partitions().size()
                        + ": a change would move keys to other partitions; give the product a new major version,"
                        + " or put the contract right");
            }
        }
        if (!wrong.isEmpty()) {
            throw new ProvisioningException(String.join("\n", wrong));
        }
    }

    private static void noteReplication(Topic topic, Map<String, TopicDescription> there, Collection<String> notes) {
        TopicDescription found = there.get(topic.name());
        if (found != null
                && found.partitions().stream().anyMatch(p -> p.replicas().size() != topic.replicationFactor())) {
            notes.add("[topic " + topic.name() + "] 'replicationFactor' should be " + topic.replicationFactor()
                    + " on every partition; reassign its replicas");
        }
    }

    private List<String> create(List<Topic> missing) {
        List<NewTopic> topics = missing.stream()
                .map(t -> new NewTopic(t.name(), Optional.of(t.partitions()), Optional.of(t.replicationFactor()))
                        .configs(t.configs()))
                .toList();
        List<String> created = new ArrayList<>();
        new TreeMap<>(admin.createTopics(topics).values()).forEach((name, future) -> {
            try {
                Brokers.answer("creating topic " + name, future);
                created.add(name);
            } catch (ProvisioningException e) {
                // Another operator was quicker; the read-back judges what it made.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        });
        return created;
    }

    private List<String> setDrifted(List<Topic> existing) {
        Map<String, Map<String, String>> drift = drift(existing);
        if (drift.isEmpty()) {
            return List.of();
        }
        Map<ConfigResource, Collection<AlterConfigOp>> alterations = new HashMap<>();
        List<String> changed = new ArrayList<>();
        drift.forEach((name, configs) -> {
            List<AlterConfigOp> operations = new ArrayList<>();
            configs.forEach((key, value) -> {
                operations.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
                changed.add(name + ": " + key + "=" + value);
            });
            alterations.put(resource(name), operations);
        });
        Brokers.answer(
                "setting configurations of topics",
                admin.incrementalAlterConfigs(alterations).all());
        return changed;
    }

    /** Per topic that is there, what must be set. */
    private Map<String, Map<String, String>> drift(List<Topic> topics) {
        Map<String, Map<String, String>> drift = new LinkedHashMap<>();
        Map<ConfigResource, KafkaFuture<Config>> found = admin.describeConfigs(
                        topics.stream().map(t -> resource(t.name())).toList())
                .values();
        for (Topic topic : topics) {
            String name = topic.name();
            KafkaFuture<Config> future = found.get(resource(name));
            Optional<Config> config =
                    future == null ? Optional.empty() : present("describing configuration of topic " + name, future);
            Map<String, String> wrong = new TreeMap<>();
            topic.configs().forEach((key, value) -> {
                ConfigEntry entry = config.map(c -> c.get(key)).orElse(null);
                // Set on the topic itself: a broker's default that is right today may not be tomorrow.
                if (entry == null
                        || !value.equals(entry.value())
                        || entry.source() != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                    wrong.put(key, value);
                }
            });
            if (!wrong.isEmpty()) {
                drift.put(name, wrong);
            }
        }
        return drift;
    }

    private static <T> Optional<T> present(String what, KafkaFuture<T> future) {
        try {
            return Optional.of(Brokers.answer(what, future));
        } catch (ProvisioningException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
