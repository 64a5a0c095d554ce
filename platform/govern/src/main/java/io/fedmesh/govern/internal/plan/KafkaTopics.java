package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.ProvisioningException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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
import org.jspecify.annotations.Nullable;

/** The topics of real brokers. */
public final class KafkaTopics implements Topics {
    private final Admin admin;

    public KafkaTopics(Admin admin) {
        this.admin = admin;
    }

    @Override
    public Map<String, Standing> standing(Predicate<String> names) {
        List<String> wanted = Brokers.answer(
                        "listing topics", admin.listTopics().names())
                .stream()
                .filter(names)
                .toList();
        if (wanted.isEmpty()) {
            return Map.of();
        }
        Map<String, KafkaFuture<TopicDescription>> described =
                admin.describeTopics(wanted).topicNameValues();
        Map<ConfigResource, KafkaFuture<Config>> configured = admin.describeConfigs(
                        wanted.stream().map(KafkaTopics::resource).toList())
                .values();
        Map<String, Standing> standing = new HashMap<>();
        for (String name : wanted) {
            // One that went since it was listed is not there.
            Optional<TopicDescription> topic = present("describing topic " + name, described.get(name));
            Optional<Config> config =
                    present("describing configuration of topic " + name, configured.get(resource(name)));
            if (topic.isPresent() && config.isPresent()) {
                standing.put(
                        name,
                        new Standing(
                                topic.get().partitions().stream()
                                        .map(partition -> partition.replicas().size())
                                        .toList(),
                                ownConfigs(config.get())));
            }
        }
        return standing;
    }

    private static Map<String, String> ownConfigs(Config config) {
        Map<String, String> own = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG && entry.value() != null) {
                own.put(entry.name(), entry.value());
            }
        }
        return own;
    }

    @Override
    public void create(List<DesiredState.Topic> topics) {
        List<NewTopic> made = topics.stream()
                .map(t -> new NewTopic(t.name(), Optional.of(t.partitions()), Optional.of(t.replicationFactor()))
                        .configs(t.configs()))
                .toList();
        each("creating topic", admin.createTopics(made).values(), TopicExistsException.class);
    }

    @Override
    public void set(Map<String, Map<String, String>> configs) {
        Map<ConfigResource, Collection<AlterConfigOp>> alterations = new HashMap<>();
        configs.forEach((topic, values) -> {
            List<AlterConfigOp> operations = new ArrayList<>();
            values.forEach((key, value) ->
                    operations.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
            alterations.put(resource(topic), operations);
        });
        Brokers.answer(
                "setting configurations of topics",
                admin.incrementalAlterConfigs(alterations).all());
    }

    @Override
    public void delete(Collection<String> names) {
        each("deleting topic", admin.deleteTopics(names).topicNameValues(), UnknownTopicOrPartitionException.class);
    }

    /** Waits for each, and lists all that were refused; what somebody else did already is done. */
    private static void each(String what, Map<String, KafkaFuture<Void>> futures, Class<? extends Exception> done) {
        List<String> refused = new ArrayList<>();
        futures.forEach((name, future) -> {
            try {
                Brokers.answer(what + " " + name, future);
            } catch (ProvisioningException e) {
                if (!done.isInstance(e.getCause())) {
                    refused.add(String.valueOf(e.getMessage()));
                }
            }
        });
        if (!refused.isEmpty()) {
            throw new ProvisioningException(String.join("; ", refused));
        }
    }

    private static <T> Optional<T> present(String what, @Nullable KafkaFuture<T> future) {
        if (future == null) {
            return Optional.empty();
        }
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
