package io.fedmesh.bench.internal.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.EventCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopsTest {
    private static final Contract CONTRACT = Accounts.contract("main", 1);

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    @BeforeEach
    void makeRecords() {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("bench"));
        EventCodec codec = new EventCodec(CONTRACT, AccountTopic.registry(List.of(CONTRACT)));
        AccountStream stream = new AccountStream(2_000, 3);
        while (stream.hasNext()) {
            ProducerRecord<byte[], byte[]> sent = AccountTopic.record(CONTRACT, codec, stream.next());
            records.add(new ConsumerRecord<>(
                    sent.topic(),
                    0,
                    records.size(),
                    sent.timestamp(),
                    TimestampType.CREATE_TIME,
                    sent.key().length,
                    sent.value() == null ? 0 : sent.value().length,
                    sent.key(),
                    sent.value(),
                    sent.headers(),
                    java.util.Optional.empty()));
        }
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    @Test
    void theDirectLoopWritesTheRowsThatTheGenericLoopWrites() throws IOException {
        Table direct = table("direct", AccountColumns.entity());
        Table generic = table("generic", AccountColumns.entity());
        List<String> rows = rows(direct, DirectLoop.ofEntity(new DirectFile(direct, location(direct))));
        assertThat(rows).isEqualTo(rows(generic, new GenericLoop(generic, location(generic))));
        assertThat(rows).hasSizeBetween(1_850, 1_990);
    }

    @Test
    void theHistoryLoopWritesEveryEventWithItsPlace() throws IOException {
        Table history = table("history", AccountColumns.history());
        List<String> rows = rows(history, DirectLoop.ofHistory(new DirectFile(history, location(history))));
        assertThat(rows).hasSize(2_000);
        ConsumerRecord<byte[], byte[]> last = records.get(1_999);
        assertThat(rows.get(1_999))
                .contains(new String(last.key(), StandardCharsets.UTF_8))
                .contains(new String(last.headers().lastHeader("mesh_version").value(), StandardCharsets.UTF_8))
                .contains(AccountStream.committedAt(1_999)
                        .atOffset(java.time.ZoneOffset.UTC)
                        .toString())
                .endsWith(", 0, 1999)");
    }

    @Test
    void thePeersConverterReadsWhatCaptureWrites() {
        FixedAvroConverter converter = new FixedAvroConverter();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Struct account =
                    (Struct) converter.toConnectData("t", record.value()).value();
            if (record.value() == null) {
                assertThat(account).isNull();
            } else {
                assertThat(account.getString("account_id")).isEqualTo(new String(record.key(), StandardCharsets.UTF_8));
                assertThat(account.getInt64("revision")).isEqualTo(record.offset() + 1);
            }
        }
    }

    @Test
    void aTimeOfTheWireIsReadToTheMicrosecond() {
        for (String text :
                List.of("1969-12-31T23:59:59.999999Z", "2024-02-29T12:00:00.000001Z", "2026-11-25T00:00:00.500000Z")) {
            Instant time = Instant.parse(text);
            assertThat(DirectLoop.micros(text.getBytes(StandardCharsets.US_ASCII)))
                    .isEqualTo(time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
        }
    }

    private Table table(String name, Schema schema) {
        return catalog.createTable(TableIdentifier.of("bench", name), schema);
    }

    private static String location(Table table) {
        return table.locationProvider().newDataLocation("one.parquet");
    }

    private List<String> rows(Table table, Loop loop) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            loop.take(record);
        }
        table.newAppend().appendFile(loop.close()).commit();
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> read = IcebergGenerics.read(table).build()) {
            read.forEach(row -> rows.add(row.toString()));
        }
        return rows;
    }
}
