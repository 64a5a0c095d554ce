package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.FakeRegistry;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.wire.SubjectRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.kafka.common.acl.AclBinding;

/** Brokers, registry and catalog in memory. A change is made in single steps, each of which may be the process's last. */
final class FakeMesh {
    /** The process is killed: nothing after it happens. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    final Map<String, Topics.Standing> topics = new TreeMap<>();
    final FakeRegistry registry = new FakeRegistry();
    final Set<AclBinding> entries = new HashSet<>();
    final Set<String> users = new TreeSet<>();
    final Map<String, Map<String, String>> tables = new TreeMap<>();
    final Map<String, Map<String, String>> desiredTables = new TreeMap<>();
    /** Topics whose configuration is accepted and stays as it is. */
    final Set<String> deaf = new HashSet<>();
    /** Users that nobody here may make. */
    final Set<String> foreign = new HashSet<>();

    /** Users that must be there though they may do nothing. */
    final Set<String> others = new HashSet<>();

    int steps;
    int stepsUntilKilled = Integer.MAX_VALUE;

    Planner planner(Planner.Guard... guards) {
        return new Planner(
                List.of(
                        new TopicKeeper(new FakeTopics()),
                        new SubjectKeeper(new Stepping()),
                        new UserKeeper(new FakeUsers(), others),
                        new GrantKeeper(new FakeAcls()),
                        new TableKeeper(new FakeTables())),
                List.of(guards),
                Duration.ofMillis(30));
    }

    private void step() {
        if (steps >= stepsUntilKilled) {
            throw new Killed();
        }
        steps++;
    }

    private final class FakeTopics implements Topics {
        @Override
        public Map<String, Standing> standing(Predicate<String> names) {
            Map<String, Standing> standing = new HashMap<>(topics);
            standing.keySet().removeIf(names.negate());
            return standing;
        }

        @Override
        public void create(List<DesiredState.Topic> made) {
            for (DesiredState.Topic topic : made) {
                step();
                topics.put(
                        topic.name(),
                        new Standing(
                                Collections.nCopies(topic.partitions(), (int) topic.replicationFactor()),
                                topic.configs()));
            }
        }

        @Override
        public void set(Map<String, Map<String, String>> configs) {
            configs.forEach((name, values) -> values.forEach((key, value) -> {
                step();
                Standing before = Objects.requireNonNull(topics.get(name));
                Map<String, String> after = new HashMap<>(before.configs());
                after.put(key, value);
                if (!deaf.contains(name)) {
                    topics.put(name, new Standing(before.replicas(), after));
                }
            }));
        }

        @Override
        public void delete(Collection<String> names) {
            for (String name : names) {
                step();
                topics.remove(name);
            }
        }
    }

    private final class Stepping implements SubjectRegistry {
        @Override
        public Set<String> subjects() {
            return registry.subjects();
        }

        @Override
        public Optional<String> compatibility(String subject) {
            return registry.compatibility(subject);
        }

        @Override
        public boolean holds(String subject, Schema schema) {
            return registry.holds(subject, schema);
        }

        @Override
        public Optional<Schema> latest(String subject) {
            return registry.latest(subject);
        }

        @Override
        public void delete(String subject) {
            step();
            registry.delete(subject);
        }

        @Override
        public int id(String subject, Schema schema) {
            return registry.id(subject, schema);
        }

        @Override
        public int register(String subject, Schema schema) {
            step();
            return registry.register(subject, schema);
        }

        @Override
        public void compatibility(String subject, String level) {
            step();
            registry.compatibility(subject, level);
        }

        @Override
        public Schema schema(String subject, int id) {
            return registry.schema(subject, id);
        }

        @Override
        public Schema schema(String subject, UUID guid) {
            return registry.schema(subject, guid);
        }
    }

    private final class FakeUsers implements Provisioner.Users {
        @Override
        public Set<String> names() {
            return users;
        }

        @Override
        public void add(String name) {
            step();
            if (foreign.contains(name)) {
                throw new ProvisioningException("[user " + name + "] must be made elsewhere");
            }
            users.add(name);
        }

        @Override
        public void remove(String name) {
            step();
            users.remove(name);
        }
    }

    private final class FakeAcls implements Acls {
        @Override
        public Set<AclBinding> entries() {
            return Set.copyOf(entries);
        }

        @Override
        public void add(Collection<AclBinding> added) {
            for (AclBinding entry : added) {
                step();
                entries.add(entry);
            }
        }

        @Override
        public void remove(Collection<AclBinding> removed) {
            for (AclBinding entry : removed) {
                step();
                entries.remove(entry);
            }
        }
    }

    private final class FakeTables implements Provisioner.Tables {
        @Override
        public Map<String, Map<String, String>> standing() {
            return tables;
        }

        @Override
        public Map<String, Map<String, String>> desired() {
            return desiredTables;
        }

        @Override
        public void set(String table, Map<String, String> properties) {
            step();
            Map<String, String> after = new HashMap<>(Objects.requireNonNull(tables.get(table)));
            after.putAll(properties);
            tables.put(table, after);
        }

        @Override
        public void drop(String table) {
            step();
            tables.remove(table);
        }
    }
}
