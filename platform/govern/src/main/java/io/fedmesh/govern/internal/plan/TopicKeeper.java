package io.fedmesh.govern.internal.plan;

import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Topics and their configurations. Topics that Kafka Streams makes for itself are its own. */
public final class TopicKeeper implements Keeper {
    /** Set by who moves replicas, for as long as that takes. */
    private static final String THROTTLED = ".replication.throttled.replicas";

    private final Topics topics;

    public TopicKeeper(Topics topics) {
        this.topics = topics;
    }

    /**
     * Whether a topic is a product's or a source's of some domain, of one that is gone as well, so that it is removed when
     * no contract has it. The platform's own and audit are never.
     */
    static boolean owns(String name) {
        try {
            TopicName topic = TopicName.parse(name);
            return topic.kind() != TopicName.Kind.AUDIT && !topic.domain().equals(DesiredState.PLATFORM);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public Plan.Thing thing() {
        return Plan.Thing.TOPIC;
    }

    @Override
    public Comparison compare(DesiredState desired) {
        Comparison found = new Comparison(thing());
        Map<String, DesiredState.Topic> wanted = byName(desired);
        Map<String, Topics.Standing> there =
                new TreeMap<>(topics.standing(name -> wanted.containsKey(name) || owns(name)));
        there.forEach((name, standing) -> {
            found.facts.add(name + " " + standing.replicas() + " " + new TreeMap<>(standing.configs()));
            DesiredState.Topic topic = wanted.get(name);
            if (topic == null) {
                found.remove(name);
            } else {
                compare(topic, standing, found);
            }
        });
        wanted.forEach((name, topic) -> {
            if (!there.containsKey(name)) {
                found.add(name, text(topic));
            }
        });
        return found;
    }

    private static void compare(DesiredState.Topic topic, Topics.Standing standing, Comparison found) {
        String name = topic.name();
        if (standing.replicas().size() != topic.partitions()) {
            found.problems.add("[topic " + name + "] 'partitions' must be " + topic.partitions()
                    + " as its contract says but was "
                    + standing.replicas().size()
                    + ": a change would move keys to other partitions; give the product a new major version,"
                    + " or put the contract right");
        }
        if (standing.replicas().stream().anyMatch(count -> count != topic.replicationFactor())) {
            found.notes.add("[topic " + name + "] 'replicationFactor' should be " + topic.replicationFactor()
                    + " on every partition; reassign its replicas");
        }
        topic.configs().forEach((key, value) -> {
            String set = standing.configs().get(key);
            if (!value.equals(set)) {
                found.change(name, key, set, value);
            }
        });
        standing.configs().forEach((key, value) -> {
            if (!topic.configs().containsKey(key) && !key.endsWith(THROTTLED)) {
                found.strays.add(
                        "[topic " + name + "] '" + key + "' must not be set, as no contract says so, but was " + value);
            }
        });
    }

    @Override
    public void carryOut(DesiredState desired, Plan.Action action, List<Plan.Change> changes) {
        switch (action) {
            case ADD -> {
                Map<String, DesiredState.Topic> wanted = byName(desired);
                topics.create(changes.stream()
                        .map(c -> Objects.requireNonNull(wanted.get(c.name())))
                        .toList());
            }
            case CHANGE ->
                topics.set(changes.stream()
                        .collect(Collectors.groupingBy(
                                Plan.Change::name,
                                TreeMap::new,
                                Collectors.toMap(Plan.Change::attribute, c -> String.valueOf(c.to())))));
            case REMOVE -> topics.delete(changes.stream().map(Plan.Change::name).toList());
        }
    }

    private static Map<String, DesiredState.Topic> byName(DesiredState desired) {
        return desired.topics().stream()
                .collect(Collectors.toMap(DesiredState.Topic::name, t -> t, (one, other) -> one, TreeMap::new));
    }

    private static String text(DesiredState.Topic topic) {
        StringBuilder text = new StringBuilder(
                "partitions=" + topic.partitions() + " replicationFactor=" + topic.replicationFactor());
        new TreeMap<>(topic.configs())
                .forEach(
                        (key, value) -> text.append(' ').append(key).append('=').append(value));
        return text.toString();
    }
}
