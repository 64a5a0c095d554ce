package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records on a captured product's topic that nobody can read: each must be refused, and nothing else with it. */
final class Poison {
    private static final int MAX_RECORDS = 6;
    private static final int UNKNOWN_SCHEMA = 0x7ffffff0;

    private Poison() {}

    static Strike begin(FaultyMesh mesh, RandomGenerator random) {
        List<Contract> captured = mesh.captured();
        Contract contract = captured.get(random.nextInt(captured.size()));
        int records = 1 + random.nextInt(MAX_RECORDS);
        Map<String, Object> properties = new HashMap<>(mesh.operator().properties("mesh-faults-poison"));
        properties.put("acks", "all");
        properties.put("max.block.ms", 20_000);
        properties.put("delivery.timeout.ms", 20_000);
        properties.put("request.timeout.ms", 5_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(contract.topic().toString(), 0, key(random), value(random));
                record.headers().add(TopicReader.POISON, new byte[0]);
                var unused = producer.send(record);
            }
            producer.flush();
        }
        return Strike.done(records);
    }

    private static byte[] key(RandomGenerator random) {
        return ("poison-" + Long.toHexString(random.nextLong())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(RandomGenerator random) {
        byte[] value = new byte[5 + random.nextInt(200)];
        random.nextBytes(value);
        switch (random.nextInt(3)) {
            case 0 -> value[0] = 0x42; // no magic byte of a frame
            case 1 -> { // a schema that nobody has registered
                value[0] = 0;
                for (int i = 0; i < 4; i++) {
                    value[1 + i] = (byte) (UNKNOWN_SCHEMA >> (24 - 8 * i));
                }
            }
            default -> value = new byte[] {0, 0, 0}; // a frame that is cut
        }
        return value;
    }
}
