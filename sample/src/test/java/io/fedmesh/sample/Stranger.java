package io.fedmesh.sample;

import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A writer that came too early: its schema, which has a field more, stands under a subject of its own until it is mended. */
final class Stranger {
    static final ProductName PRODUCT = ProductName.parse("financials.cost-item");
    static final String PROJECT = "P-stranger";

    private final Contract contract;
    private final SchemaRegistry registry;
    private final Connections connections;
    private final Schema schema;

    Stranger(RunningMesh mesh) throws Exception {
        this.contract = Contracts.load(Path.of(System.getProperty("fedmesh.root")))
                .product(PRODUCT)
                .orElseThrow();
        this.connections = new Connections(ConfigFile.read(mesh.home().config()), Map.of());
        this.registry = connections.registry();
        this.schema = withRemark(contract.schema());
    }

    /** Writes a record that every reader must refuse until {@link #mend}. */
    void write() throws Exception {
        int id = registry.register("stranger-value", schema);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(item(), encoder);
        encoder.flush();
        send(bytes.toByteArray(), Op.CREATE, 1);
    }

    private GenericRecord item() {
        GenericRecord item = new GenericData.Record(schema);
        item.put("project_id", PROJECT);
        item.put("line_no", 1);
        item.put("description", "a stranger's");
        item.put("category", "labour");
        item.put("budgeted", ByteBuffer.wrap(BigInteger.valueOf(12_345).toByteArray()));
        item.put("updated_at", 1_700_000_000_000_000L);
        return item;
    }

    /** Registers the schema where it belongs. */
    void mend() {
        registry.register(contract.topic().subject(), schema);
    }

    /** Deletes what was written. */
    void delete() throws Exception {
        send(null, Op.DELETE, 2);
    }

    private void send(byte @Nullable [] value, Op op, long version) throws Exception {
        String key = KeyText.of(item(), contract.keyFields());
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(contract.topic().toString(), key.getBytes(StandardCharsets.UTF_8), value);
        new EventHeaders(
                        "/financials/stranger",
                        PRODUCT + ".v1",
                        Instant.now(),
                        key,
                        Classification.INTERNAL,
                        op,
                        new Version(version, version, 0),
                        7L)
                .writeTo(record.headers());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connections.kafka("financials.cdc").properties("stranger"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    private static Schema withRemark(Schema of) {
        List<Schema.Field> fields = new ArrayList<>();
        of.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        Schema text = Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING));
        fields.add(new Schema.Field("remark", text, "What else there is to say.", JsonProperties.NULL_VALUE));
        return Schema.createRecord(of.getName(), of.getDoc(), of.getNamespace(), false, fields);
    }
}
