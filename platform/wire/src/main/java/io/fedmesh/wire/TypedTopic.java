package io.fedmesh.wire;

import io.fedmesh.contract.TopicName;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A product's topic as a program of another team reads it: its name and the class that Avro generated of its schema. What the
 * team's agreement does not open, the brokers refuse. Immutable.
 *
 * @param <T> the product's class
 */
public final class TypedTopic<T extends SpecificRecord> {
    /** Where the registry is, as Confluent's clients name it: one base URL or several, joined with commas. */
    public static final String REGISTRY_URL = "schema.registry.url";

    /** {@code user:password} for the registry, as Confluent's clients name it; may be absent. */
    public static final String REGISTRY_USER = "basic.auth.user.info";

    private final TopicName name;
    private final Class<T> type;

    private TypedTopic(TopicName name, Class<T> type) {
        this.name = name;
        this.type = type;
    }

    /**
     * The topic of a name.
     *
     * @param type what Avro generated of the product's schema of that major version
     * @throws IllegalArgumentException when the name is none of a product's topic
     */
    public static <T extends SpecificRecord> TypedTopic<T> of(String name, Class<T> type) {
        TopicName topic = TopicName.parse(name);
        if (topic.kind() != TopicName.Kind.STATE && topic.kind() != TopicName.Kind.DERIVED) {
            throw new IllegalArgumentException(
                    "a product's topic must be of kind state or derived but was '" + name + "'");
        }
        return new TypedTopic<>(topic, type);
    }

    /** The topic's name. */
    public String name() {
        return name.toString();
    }

    /** For a consumer, of which each needs one of its own. Demands {@link AvroLimits}. */
    public StateDeserializer<T> deserializer(SchemaRegistry registry) {
        return new StateDeserializer<>(name, type, registry);
    }

    /**
     * A consumer that is subscribed to the topic and sees only what was committed; the caller closes it.
     *
     * @param properties of any Kafka client, {@code group.id} among them, and {@link #REGISTRY_URL}
     * @throws IllegalArgumentException when the registry's URL is missing or malformed
     */
    public Consumer<String, T> consumer(Properties properties) {
        Map<String, Object> kafka = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> kafka.put(key, properties.getProperty(key)));
        RegistryConfig config = registry(kafka.remove(REGISTRY_URL), kafka.remove(REGISTRY_USER));
        kafka.put("isolation.level", "read_committed");
        StateDeserializer<T> values =
                deserializer(ConfluentRegistry.open(config, Clock.systemUTC(), new SecureRandom()));
        Consumer<String, T> consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), values);
        consumer.subscribe(List.of(name()));
        return consumer;
    }

    private static RegistryConfig registry(
            @org.jspecify.annotations.Nullable Object urls, @org.jspecify.annotations.Nullable Object user) {
        if (urls == null || urls.toString().isBlank()) {
            throw new IllegalArgumentException("'" + REGISTRY_URL + "' must be given but was absent");
        }
        String[] login = user == null ? new String[0] : user.toString().split(":", 2);
        if (user != null && login.length != 2) {
            throw new IllegalArgumentException("'" + REGISTRY_USER + "' must be <user>:<password> but was not");
        }
        return new RegistryConfig(
                List.of(urls.toString().split(",", -1)).stream()
                        .map(url -> URI.create(url.strip()))
                        .toList(),
                user == null ? null : new RegistryConfig.User(login[0], login[1]),
                null,
                RegistryConfig.Limits.DEFAULT);
    }

    /**
     * The event of a record.
     *
     * @throws BadRecordException when its headers are not those of an event, or it has no key
     * @throws IllegalArgumentException when it is of another topic
     */
    public StateEvent<T> event(ConsumerRecord<String, T> record) {
        if (!record.topic().equals(name())) {
            throw new IllegalArgumentException("a record must be of " + name + " but was of " + record.topic());
        }
        if (record.key() == null) {
            throw new BadRecordException(
                    BadRecordException.Reason.NULL_KEY, "[" + name + "] a record must have a key but has none");
        }
        EventHeaders headers = EventHeaders.read(record.headers());
        Version version = headers.version();
        return new StateEvent<>(
                record.key(),
                headers.op(),
                record.value(),
                version == null ? Version.ofOffset(record.offset()) : version,
                headers.time(),
                new StateEvent.Position(record.topic(), record.partition(), record.offset()));
    }
}
