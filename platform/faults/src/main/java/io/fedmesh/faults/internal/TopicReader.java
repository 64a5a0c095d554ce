package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.TopicName;
import io.fedmesh.faults.internal.Alignment.Headed;
import io.fedmesh.testkit.ledger.Ledger;
import io.fedmesh.testkit.ledger.Ledger.Event;
import io.fedmesh.testkit.ledger.Ledger.Nature;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads whole topics as anybody else would: committed records, framing and Avro by hand. One thread. */
final class TopicReader implements AutoCloseable {
    /** Marks what the campaign itself put on a topic for the sink to refuse. */
    static final String POISON = "mesh_campaign_poison";

    private static final int FRAME_BYTES = 5;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private final KafkaConsumer<byte[], byte[]> consumer;

    TopicReader(KafkaConnection operator) {
        Map<String, Object> properties = operator.properties("mesh-faults-reader");
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("max.poll.records", 10_000);
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Every record of a product's topic: what was seen already, and what is new, which is seen then. */
    List<Headed> events(Contract contract, RowText rows, Seen.OfProduct seen) {
        GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(contract.schema());
        boolean isDerived = contract.origin() instanceof Contract.Derived;
        List<Headed> events = seen.records;
        read(contract.topic(), seen.nextOffsets, record -> {
            Headers headers = record.headers();
            String version = text(headers, "mesh_version");
            boolean isPoison = headers.lastHeader(POISON) != null;
            Version at =
                    isDerived ? Version.ofOffset(record.offset()) : version == null ? null : Version.parse(version);
            String op = text(headers, "mesh_op");
            String transaction = text(headers, "mesh_txid");
            String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
            events.add(new Headed(
                    new Event(
                            record.partition(),
                            record.offset(),
                            isPoison ? null : key,
                            isPoison || record.value() == null ? null : rows.ofAvro(decoded(reader, record.value())),
                            isPoison ? null : at,
                            isPoison ? Nature.UNREADABLE : Nature.STATE),
                    op == null || isPoison ? null : Op.of(op),
                    transaction == null ? null : Long.valueOf(transaction),
                    isPoison ? key : null));
        });
        return events;
    }

    /** Every record that was refused on a product's way. */
    List<Ledger.Rejected> rejected(Contract contract) {
        List<Ledger.Rejected> records = new ArrayList<>();
        String topic = contract.topic().toString();
        read(contract.topic().rejected(), new HashMap<>(), record -> {
            String by = text(record.headers(), "mesh_rejected_topic");
            String offset = text(record.headers(), "mesh_rejected_offset");
            String partition = text(record.headers(), "mesh_rejected_partition");
            if (topic.equals(by) && offset != null && partition != null) {
                records.add(new Ledger.Rejected(Integer.parseInt(partition), Long.parseLong(offset), null, null));
            }
        });
        return records;
    }

    /** @param from per partition where to begin, the beginning where it says nothing; left at the end */
    private void read(TopicName topic, Map<Integer, Long> from, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic.toString()).stream()
                .map(info -> new TopicPartition(topic.toString(), info.partition()))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        partitions.forEach(p -> consumer.seek(p, from.getOrDefault(p.partition(), begins.getOrDefault(p, 0L))));
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("[" + topic + "] a topic at rest must be readable to its end within "
                        + PATIENCE_NANOS / 1_000_000_000L + " s but was not: a transaction hangs");
            }
            consumer.poll(POLL).forEach(reader);
        }
        partitions.forEach(p -> from.put(p.partition(), consumer.position(p)));
    }

    private static GenericRecord decoded(GenericDatumReader<GenericRecord> reader, byte[] value) {
        try {
            return reader.read(
                    null, DecoderFactory.get().binaryDecoder(value, FRAME_BYTES, value.length - FRAME_BYTES, null));
        } catch (IOException e) {
            throw new IllegalStateException("a published value must be Avro of its contract but is not", e);
        }
    }

    /** The key of a row by the names of its fields. */
    static String key(Contract contract, Function<String, @Nullable Object> values) {
        return Names.key(contract.keyFields().stream()
                .map(field -> keyPart(contract.schema().getField(field).schema(), values.apply(field)))
                .toList());
    }

    private static String keyPart(Schema schema, @Nullable Object value) {
        if (value instanceof ByteBuffer) {
            throw new IllegalStateException("a key of bytes is not known to the campaign: " + schema.getName());
        }
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
