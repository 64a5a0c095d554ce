package io.fedmesh.wire;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** A product with one field of every kind that is hard: decimal, time, optional, list. */
final class Fixtures {
    static final TopicName TOPIC = TopicName.parse("shop.public.order.state.v1");
    static final String SUBJECT = TOPIC.subject();
    static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type": "record", "name": "Order", "namespace": "shop", "fields": [
              {"name": "id", "type": "string"},
              {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "note", "type": ["null", "string"], "default": null, "confluent:tags": ["PII"]},
              {"name": "lines", "type": {"type": "array", "items": "string"}, "default": []}
            ]}""");

    static final Contract CONTRACT = contract(TOPIC, SCHEMA);

    private Fixtures() {}

    static Contract contract(TopicName topic, Schema schema) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        Map<String, String> columns = new LinkedHashMap<>();
        for (Schema.Field field : schema.getFields()) {
            fields.put(field.name(), new Contract.Field(Classification.INTERNAL, Set.of()));
            columns.put(field.name(), field.name());
        }
        return new Contract(
                new ProductName(topic.domain(), topic.product()),
                "1.2.0",
                "active",
                "a product of the tests",
                "somebody@example.com",
                "CC-1",
                topic,
                schema,
                List.of(schema.getFields().get(0).name()),
                fields,
                new Contract.Captured("main", "public.order", columns),
                new Contract.Sla(Duration.ofMinutes(1), 99.9),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                1,
                Path.of("domains/shop/products/order.odcs.yaml"));
    }

    static GenericRecord order(String id, String amount) {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("id", id);
        record.put("amount", new BigDecimal(amount));
        record.put("at", Instant.parse("2026-03-04T05:06:07.123456Z"));
        record.put("note", "a note");
        record.put("lines", List.of("one", "two"));
        return record;
    }
}
