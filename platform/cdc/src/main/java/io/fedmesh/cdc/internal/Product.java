package io.fedmesh.cdc.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.EventStamp;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.RejectedRecord;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A captured product: its contract, what is the same in each of its records, and its counts. */
public final class Product {
    private final Contract contract;
    private final Contract.Captured captured;
    private final String topic;
    private final String ceSource;
    private final String ceType;
    private final EventStamp stamp;
    final LongAdder events = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder rejected = new LongAdder();

    public Product(Source source, Contract contract) {
        if (!(contract.origin() instanceof Contract.Captured from)) {
            throw new IllegalArgumentException("[" + contract.name() + "] must be captured from a source");
        }
        this.contract = contract;
        this.captured = from;
        this.topic = contract.topic().toString();
        this.ceSource = "/" + source.domain() + "/" + source.name();
        this.ceType = contract.name() + ".v" + contract.topic().major();
        this.stamp = new EventStamp(ceSource, ceType, contract.classification());
    }

    /** The products among these contracts that the source feeds. */
    public static List<Product> of(Source source, List<Contract> contracts) {
        return source.products(contracts).stream()
                .map(c -> new Product(source, c))
                .toList();
    }

    public Contract contract() {
        return contract;
    }

    /** Name of the state topic. */
    public String topic() {
        return topic;
    }

    Contract.Captured captured() {
        return captured;
    }

    /** The event of a change. */
    ProducerRecord<byte[], byte[]> event(
            Op op,
            String key,
            byte @Nullable [] value,
            Version version,
            @Nullable Long transaction,
            long committedAtMicros) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(
                topic,
                null,
                committedAtMicros / 1_000,
                keyBytes,
                value,
                stamp.headers(key, keyBytes, op, version, transaction, committedAtMicros));
    }

    /** The rejected record of a row that cannot be published; {@code mesh_rejected_offset} is its position in the log. */
    ProducerRecord<byte[], byte[]> rejection(Change.Row row, Version version, BadRecordException why) {
        RecordHeaders headers = new RecordHeaders();
        Long transaction = row.op() == Op.READ ? null : row.transaction();
        headers(row.op(), row.key(), version, transaction, row.committedAtMicros())
                .writeTo(headers);
        return RejectedRecord.of(
                contract.topic().rejected(),
                row.key().getBytes(StandardCharsets.UTF_8),
                row.value(),
                headers,
                new RejectedRecord.Origin(captured.table(), -1, row.lsn(), row.committedAtMicros() / 1_000),
                why,
                "cdc",
                contract.version());
    }

    private EventHeaders headers(
            Op op, String key, Version version, @Nullable Long transaction, long committedAtMicros) {
        Instant time = Instant.ofEpochSecond(
                Math.floorDiv(committedAtMicros, 1_000_000L), Math.floorMod(committedAtMicros, 1_000_000L) * 1_000L);
        return new EventHeaders(ceSource, ceType, time, key, contract.classification(), op, version, transaction);
    }

    @Override
    public String toString() {
        return contract.name().toString();
    }
}
