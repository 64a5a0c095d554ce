package io.fedmesh.lake.internal;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Layout;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Quality;
import io.fedmesh.contract.TopicName;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/** A product for tests: a well with most of the types, a tagged field and a two-part key. */
public final class Samples {
    public static final Schema WELL = new Schema.Parser().parse("""
                    {"type":"record","name":"Well","namespace":"test","fields":[
                     {"name":"field_id","type":"string"},
                     {"name":"well_no","type":"long"},
                     {"name":"owner_name","type":["null","string"],"default":null,"confluent:tags":["PII"]},
                     {"name":"depth","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
                     {"name":"drilled_on","type":["null",{"type":"int","logicalType":"date"}],"default":null},
                     {"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"}},
                     {"name":"active","type":"boolean"},
                     {"name":"labels","type":{"type":"array","items":"string"}}]}
                    """);

    /** Each domain's key of tokens is its name, over and over. */
    public static final TokenKeys TOKEN_KEYS =
            domain -> domain.repeat(Tokens.MIN_KEY_BYTES).getBytes(StandardCharsets.UTF_8);

    private static final int FRAMING_BYTES = 5;

    private Samples() {}

    /** The same product, these fields tokenised. */
    public static Contract tokenised(Contract of, String... names) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>(of.fields());
        for (String name : names) {
            Contract.Field plain = Objects.requireNonNull(fields.get(name));
            fields.put(name, new Contract.Field(plain.classification(), plain.tags(), Contract.Protection.TOKENISE));
        }
        return with(of, of.version(), of.layout(), of.upkeep(), fields, of.quality());
    }

    /** The token of a text in this domain, made by the plainest means. */
    public static String token(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Objects.requireNonNull(TOKEN_KEYS.key("drilling")), "HmacSHA256"));
            byte[] half = Arrays.copyOf(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)), 16);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(half);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Contract contract(String product) {
        return contract(product, WELL, List.of("field_id", "well_no"));
    }

    public static Contract contract(String product, Schema schema, List<String> keyFields) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        Map<String, String> columns = new LinkedHashMap<>();
        for (Schema.Field field : schema.getFields()) {
            Object tags = field.getObjectProp("confluent:tags");
            fields.put(
                    field.name(), new Contract.Field(Classification.INTERNAL, tags == null ? Set.of() : Set.of("PII")));
            columns.put(field.name(), field.name());
        }
        ProductName name = new ProductName("drilling", product);
        return new Contract(
                name,
                "1.0.0",
                "active",
                "for tests",
                "owner",
                "cc-1",
                new TopicName("drilling", TopicName.Visibility.PUBLIC, product, TopicName.Kind.STATE, 1),
                schema,
                keyFields,
                fields,
                new Contract.Captured("main", "public." + product, columns),
                new Contract.Sla(Duration.ofSeconds(5), 99.0),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                2,
                Path.of("domains/drilling/products/" + product + ".odcs.yaml"));
    }

    /** The contract with another policy of upkeep. */
    public static Contract kept(Contract of, Contract.Upkeep upkeep) {
        return with(of, of.version(), of.layout(), upkeep, of.fields(), of.quality());
    }

    /** The same product with another layout. */
    public static Contract laidOut(Contract of, Layout layout) {
        return with(of, of.version(), layout, of.upkeep(), of.fields(), of.quality());
    }

    /** The same product with another version of its contract. */
    public static Contract versioned(Contract of, String version) {
        return with(of, version, of.layout(), of.upkeep(), of.fields(), of.quality());
    }

    /** The same product with rules that must hold before readers see its rows. */
    public static Contract audited(Contract of, Quality quality) {
        return with(of, of.version(), of.layout(), of.upkeep(), of.fields(), quality);
    }

    private static Contract with(
            Contract of,
            String version,
            Layout layout,
            Contract.Upkeep upkeep,
            Map<String, Contract.Field> fields,
            Quality quality) {
        return new Contract(
                of.name(),
                version,
                of.status(),
                of.description(),
                of.owner(),
                of.costCentre(),
                of.topic(),
                of.schema(),
                of.keyFields(),
                fields,
                of.origin(),
                of.sla(),
                of.retention(),
                of.partitions(),
                layout,
                upkeep,
                quality,
                of.file());
    }

    public static GenericRecord well(String field, long number, @Nullable String owner) {
        GenericRecord well = new GenericData.Record(WELL);
        well.put("field_id", field);
        well.put("well_no", number);
        well.put("owner_name", owner);
        well.put("depth", new BigDecimal("1234.50"));
        well.put("drilled_on", java.time.LocalDate.of(2026, 1, 2));
        well.put("updated_at", Instant.parse("2026-01-02T03:04:05.000006Z"));
        well.put("active", true);
        well.put("labels", List.of("a", "b"));
        return well;
    }

    /** An upsert of a well of field {@code F}. */
    public static Change upsert(int partition, long offset, long number, long version, String owner) {
        GenericRecord well = well("F", number, owner);
        return change(partition, offset, KeyText.of(well, List.of("field_id", "well_no")), Op.UPDATE, version, well);
    }

    public static Change delete(int partition, long offset, long number, long version) {
        return change(partition, offset, "F|" + number, Op.DELETE, version, null);
    }

    private static Change change(
            int partition, long offset, String key, Op op, long version, @Nullable GenericRecord value) {
        return new Change(
                partition,
                offset,
                1_000L + offset,
                Key.of(key),
                op,
                new Version(version, version, 0),
                (1_000L + offset) * 1_000,
                42L,
                value == null ? null : body(value));
    }

    /** The record's bytes, framed as on a topic. */
    public static Change.Body body(GenericRecord value) {
        Schema schema = value.getSchema();
        return Change.Body.ofRest(codec(schema).encode(value), FRAMING_BYTES, schema);
    }

    /** The record that a change holds. */
    public static GenericRecord value(Change.Body body) {
        try {
            return new GenericDatumReader<GenericRecord>(body.schema())
                    .read(null, DecoderFactory.get().binaryDecoder(body.bytes(), body.offset(), body.length(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EventCodec codec(Schema schema) {
        FakeRegistry registry = new FakeRegistry();
        Contract contract =
                contract("sample", schema, List.of(schema.getFields().get(0).name()));
        registry.register(contract.topic().subject(), schema);
        return new EventCodec(contract, registry);
    }
}
