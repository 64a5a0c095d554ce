package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.wire.BadRecordException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Our client and codec beside Confluent's own client, and a coder built on it, before one and the same registry. */
abstract class RegistryOracle {
    private static final Schema LATER = new Schema.Parser()
            .parse(Fixtures.SCHEMA
                    .toString()
                    .replace(
                            "{\"name\":\"lines\"",
                            "{\"name\":\"rank\",\"type\":[\"null\",\"int\"],\"default\":null},{\"name\":\"lines\""));
    private static final Schema BROKEN = new Schema.Parser()
            .parse(Fixtures.SCHEMA
                    .toString()
                    .replace("{\"name\":\"id\",\"type\":\"string\"}", "{\"name\":\"id\",\"type\":\"long\"}"));

    /** Base URL of the registry that both speak to. */
    protected abstract URI url();

    /** Whether this registry judges compatibility. */
    protected abstract boolean judges();

    private ConfluentRegistry ours() {
        return new ConfluentRegistry(RegistryConfig.of(url()), Clock.systemUTC(), new Random(1), pause -> {});
    }

    private SchemaRegistryClient theirs() {
        return new CachedSchemaRegistryClient(url().toString(), 100, Map.of());
    }

    @Test
    void bothSeeTheSameIdWhoeverRegisters() throws Exception {
        int our = ours().register("oracle.first-value", Fixtures.SCHEMA);
        int their = theirs().register("oracle.second-value", parsed(LATER));

        assertThat(theirs().getId("oracle.first-value", parsed(Fixtures.SCHEMA)))
                .isEqualTo(our);
        assertThat(theirs().register("oracle.first-value", parsed(Fixtures.SCHEMA)))
                .isEqualTo(our);
        assertThat(ours().id("oracle.second-value", LATER)).isEqualTo(their);
        assertThat(ours().register("oracle.second-value", LATER)).isEqualTo(their);
    }

    @Test
    void bothReadTheSameSchemaOfAnId() throws Exception {
        int id = ours().register("oracle.schema-value", Fixtures.SCHEMA);

        assertThat(ours().schema("oracle.schema-value", id)).isEqualTo(Fixtures.SCHEMA);
        assertThat(new Schema.Parser().parse(theirs().getSchemaById(id).canonicalString()))
                .isEqualTo(Fixtures.SCHEMA);
    }

    @Test
    void bothSeeWhichSubjectAnIdBelongsTo() throws Exception {
        int id = theirs().register("oracle.owner-value", parsed(LATER));
        ours().register("oracle.other-value", Fixtures.SCHEMA);

        assertThat(theirs().getAllVersionsById(id))
                .extracting(version -> version.getSubject())
                .contains("oracle.owner-value")
                .doesNotContain("oracle.other-value");
        assertThat(ours().schema("oracle.owner-value", id)).isEqualTo(LATER);
        assertRefused(() -> ours().schema("oracle.other-value", id), Reason.WRONG_SUBJECT);
    }

    @Test
    void bothKnowWhatIsNotThere() {
        assertRefused(() -> ours().schema("oracle.none-value", 999_999), Reason.UNKNOWN_SCHEMA);
        assertRefused(() -> ours().id("oracle.none-value", Fixtures.SCHEMA), Reason.UNKNOWN_SCHEMA);
        assertThatThrownBy(() -> theirs().getSchemaById(999_999))
                .isInstanceOfSatisfying(
                        RestClientException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(40403));
        assertThatThrownBy(() -> theirs().getId("oracle.none-value", parsed(Fixtures.SCHEMA)))
                .isInstanceOfSatisfying(
                        RestClientException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(40401));
    }

    @Test
    void bothAreRefusedASchemaThatBreaksReaders() {
        org.junit.jupiter.api.Assumptions.assumeTrue(judges(), "this registry does not judge compatibility");
        ours().compatibility("oracle.strict-value", "BACKWARD");
        ours().register("oracle.strict-value", Fixtures.SCHEMA);

        assertThatThrownBy(() -> ours().register("oracle.strict-value", BROKEN))
                .isInstanceOf(IncompatibleSchemaException.class);
        assertThatThrownBy(() -> theirs().register("oracle.strict-value", parsed(BROKEN)))
                .isInstanceOfSatisfying(
                        RestClientException.class,
                        e -> assertThat(e.getStatus()).isEqualTo(409));
        assertThat(ours().register("oracle.strict-value", LATER)).isPositive();
    }

    @Test
    void bothSeeSubjectsTheirLevelsAndTheirEnd() throws Exception {
        ours().register("oracle.kept-value", Fixtures.SCHEMA);
        ours().register("oracle.gone-value", Fixtures.SCHEMA);
        assertThat(ours().compatibility("oracle.gone-value"))
                .as("some registries say it of a subject without a level")
                .isIn(Optional.empty(), Optional.of("NONE"));
        ours().compatibility("oracle.gone-value", "FULL");

        assertThat(ours().subjects()).containsExactlyInAnyOrderElementsOf(theirs().getAllSubjects());
        assertThat(ours().compatibility("oracle.gone-value")).contains("FULL");
        assertThat(theirs().getCompatibility("oracle.gone-value")).isEqualTo("FULL");
        assertThat(ours().holds("oracle.gone-value", Fixtures.SCHEMA)).isTrue();
        assertThat(ours().holds("oracle.gone-value", LATER)).isFalse();
        assertThat(ours().latest("oracle.gone-value")).contains(Fixtures.SCHEMA);
        ours().register("oracle.gone-value", LATER);
        assertThat(ours().latest("oracle.gone-value")).contains(LATER);
        assertThat(theirs().getLatestSchemaMetadata("oracle.gone-value").getSchema())
                .contains("rank");

        ConfluentRegistry deleting = ours();
        deleting.id("oracle.gone-value", Fixtures.SCHEMA);
        deleting.delete("oracle.gone-value");
        deleting.delete("oracle.gone-value");

        assertThat(theirs().getAllSubjects()).contains("oracle.kept-value").doesNotContain("oracle.gone-value");
        assertThat(deleting.subjects()).contains("oracle.kept-value").doesNotContain("oracle.gone-value");
        assertThat(deleting.holds("oracle.gone-value", Fixtures.SCHEMA)).isFalse();
        assertThat(deleting.latest("oracle.gone-value")).isEmpty();
        assertThat(deleting.latest("oracle.never-value")).isEmpty();
        assertRefused(() -> deleting.id("oracle.gone-value", Fixtures.SCHEMA), Reason.UNKNOWN_SCHEMA);
    }

    @Test
    void whatWeFrameTheyDecode() throws Exception {
        ours().register(Fixtures.SUBJECT, Fixtures.SCHEMA);
        byte[] value = new EventCodec(Fixtures.CONTRACT, ours()).encode(Fixtures.order("o-1", "12.34"));

        ByteArrayInputStream in = new ByteArrayInputStream(value);
        var schema = new ConfluentSchemaRegistryCoder(theirs()).readSchema(in);
        var record = new org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader<
                        org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord>(schema)
                .read(
                        null,
                        org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory.get()
                                .binaryDecoder(in, null));

        assertThat(record.get("id")).hasToString("o-1");
        assertThat(record.get("lines")).hasToString("[one, two]");
    }

    @Test
    void whatTheyFrameWeDecode() throws Exception {
        theirs().register(Fixtures.SUBJECT, parsed(Fixtures.SCHEMA));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ConfluentSchemaRegistryCoder(Fixtures.SUBJECT, theirs())
                .writeSchema(
                        new org.apache.flink.avro.shaded.org.apache.avro.Schema.Parser()
                                .parse(Fixtures.SCHEMA.toString()),
                        out);
        EventCodec codec = new EventCodec(Fixtures.CONTRACT, ours());
        byte[] body = body(codec.encode(Fixtures.order("o-2", "5.00")));
        out.writeBytes(body);

        GenericRecord read = codec.decode(out.toByteArray(), new RecordHeaders(), Fixtures.SCHEMA);

        assertThat(read.get("id")).isEqualTo("o-2");
        assertThat(plain(read)).isEqualTo(body);
    }

    private static byte[] body(byte[] framed) {
        return java.util.Arrays.copyOfRange(framed, 5, framed.length);
    }

    /** The record by Avro alone, without our codec. */
    private static byte[] plain(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        org.apache.avro.generic.GenericData data = new org.apache.avro.generic.GenericData();
        data.addLogicalTypeConversion(new org.apache.avro.Conversions.DecimalConversion());
        data.addLogicalTypeConversion(new org.apache.avro.data.TimeConversions.TimestampMicrosConversion());
        new GenericDatumWriter<GenericRecord>(record.getSchema(), data).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static AvroSchema parsed(Schema schema) {
        return new AvroSchema(schema.toString());
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable question, Reason reason) {
        assertThatThrownBy(question)
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
