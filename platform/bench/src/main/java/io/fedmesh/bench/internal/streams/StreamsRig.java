package io.fedmesh.bench.internal.streams;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with the records that every leg reads. */
final class StreamsRig implements AutoCloseable {
    static final String INPUT = "in";
    static final String OUTPUT = "out";
    static final String DEFAULTS = "defaults";
    static final String DISK = "disk";
    static final String MEMORY = "memory";
    private static final int VALUE_BYTES = 130;

    final Path home;
    final LocalKafka kafka;

    StreamsRig(Path home) throws IOException {
        this.home = home;
        this.kafka = LocalKafka.startForLoad(home);
        try (Admin admin = Admin.create(operator().properties("bench"))) {
            admin.createTopics(List.of(new NewTopic(INPUT, 1, (short) 1), new NewTopic(OUTPUT, 1, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("[bench] the topics must be made but were not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[bench] making topics must not be interrupted but was", e);
        }
        Path file = Files.createFile(
                childFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        new ObjectMapper()
                .writeValue(
                        file.toFile(),
                        Map.of("bootstrap", kafka.bootstrap(), "security", kafka.security(kafka.operator())));
    }

    Path childFile() {
        return home.resolve("child.json");
    }

    private KafkaConnection operator() {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(kafka.operator()));
    }

    /** Writes the records: keys at random, values of a fixed size, the same for the same numbers. */
    void write(long records, int keys) {
        Map<String, Object> properties = operator().properties("bench-writer");
        properties.put("linger.ms", 20);
        properties.put("batch.size", 256 << 10);
        properties.put("compression.type", "lz4");
        Random random = new Random(1);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long i = 0; i < records; i++) {
                byte[] key = ("key-" + random.nextInt(keys)).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                byte[] value = new byte[VALUE_BYTES];
                ByteBuffer.wrap(value).putLong(i).putLong(random.nextLong());
                var unused = producer.send(new ProducerRecord<>(INPUT, key, value));
            }
            producer.flush();
        }
    }

    /** Of what our settings ask it for: where a rejected record would go. */
    static Contract contract() {
        Schema schema = SchemaBuilder.record("Newest")
                .namespace("bench")
                .fields()
                .requiredString("id")
                .endRecord();
        return new Contract(
                new ProductName("bench", "newest"),
                "1.0.0",
                "active",
                "newest",
                "bench",
                "cc-1",
                new TopicName("bench", TopicName.Visibility.PUBLIC, "newest", TopicName.Kind.DERIVED, 1),
                schema,
                List.of("id"),
                Map.of("id", new Contract.Field(Classification.INTERNAL, Set.of())),
                new Contract.Derived("newest", List.of(new ProductName("bench", "input")), null),
                new Contract.Sla(Duration.ofSeconds(30), 99.0),
                new Contract.Retention(Duration.ofDays(30), Duration.ofDays(7)),
                1,
                Path.of("newest.odcs.yaml"));
    }

    @Override
    public void close() {
        kafka.close();
    }
}
