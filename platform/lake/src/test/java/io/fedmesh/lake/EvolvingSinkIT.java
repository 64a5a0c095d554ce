package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.EvolvingTank;
import io.fedmesh.lake.internal.EvolvingTank.Written;
import io.fedmesh.lake.internal.FakeRegistry;
import io.fedmesh.lake.internal.LakeRig;
import io.fedmesh.lake.internal.Samples;
import io.fedmesh.testkit.Broker;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A product whose schema moves while its records flow. What every row ever written must read as, after each step, is what
 * Avro's own library makes of its bytes, their writer's schema and the contract's.
 */
class EvolvingSinkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RECORDS = 8;

    @TempDir
    static Path home;

    private static Broker broker;
    private static KafkaConnection connection;

    @TempDir
    Path index;

    private final FakeRegistry registry = new FakeRegistry();
    private final List<Written> history = new ArrayList<>();
    private final Map<String, Written> latest = new TreeMap<>();

    @BeforeAll
    static void startBroker() {
        broker = Broker.start(home);
        connection = broker.operator();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void recordsOfOlderAndNewerSchemasGoThroughAndEveryRowReadsAsAvroReadsIt() throws Exception {
        Contract before = EvolvingTank.contract(0);
        Events.topics(connection, before, 2);
        try (Lakehouse lakehouse = Lakehouse.open(LakeRig.get().newLake());
                Events events = new Events(connection, registry, "evolving")) {
            for (int step = 0; step < EvolvingTank.SCHEMAS.size(); step++) {
                Contract now = EvolvingTank.contract(step);
                produce(events, before, step);
                try (Sink sink = sink(lakehouse, now)) {
                    produce(events, now, step);
                    produce(events, before, step);
                    Sinks.awaitCaptured(sink, events.version());
                    assertThat(sink.status().get(0).rejected()).isZero();
                }
                assertThat(rows(lakehouse, now, true))
                        .as("step " + step)
                        .isEqualTo(EvolvingTank.expected(now, latest.values()));
                assertThat(rows(lakehouse, now, false))
                        .as("step " + step)
                        .isEqualTo(EvolvingTank.expected(now, history));
                before = now;
            }
            aContractThatTheTableCannotTakeStopsItsProductAlone(lakehouse, events);
        }
    }

    private void aContractThatTheTableCannotTakeStopsItsProductAlone(Lakehouse lakehouse, Events events)
            throws Exception {
        Contract last = EvolvingTank.contract(EvolvingTank.SCHEMAS.size() - 1);
        Contract broken = Samples.versioned(
                Samples.contract(
                        "tank",
                        EvolvingTank.schema(EvolvingTank.SCHEMAS
                                .get(EvolvingTank.SCHEMAS.size() - 1)
                                .replace("\"size\",\"type\":\"long\"", "\"size\",\"type\":\"string\"")),
                        List.of("id")),
                "1." + EvolvingTank.SCHEMAS.size() + ".0");
        Contract other = Samples.contract("other");
        Events.topics(connection, other, 2);
        try (Sink sink = sink(lakehouse, broken, other)) {
            events.begin();
            events.put(other, Samples.well("F", 1, "a"));
            events.commit();
            await().atMost(PATIENCE).until(() -> sink.status().get(1).captured() == 1);
            await().atMost(PATIENCE).until(() -> sink.status().get(0).state() == SinkStatus.State.STOPPED);
            assertThat(sink.status().get(0).message())
                    .isEqualTo(
                            "TableRefusedException: [mesh.drilling.tank_history] column 'size' must stay or widen but"
                                    + " would change from long to string: publish a new major version of the product");
            assertThat(sink.status().get(1).state()).isEqualTo(SinkStatus.State.RUNNING);
        }
        assertThat(rows(lakehouse, last, true)).isEqualTo(EvolvingTank.expected(last, latest.values()));
    }

    private Sink sink(Lakehouse lakehouse, Contract... contracts) {
        return Sinks.start(
                lakehouse,
                new SinkConfig(connection, List.of(contracts), index, Duration.ofMillis(200), 200_000, 16 << 20, 2),
                registry);
    }

    /** Some entities of before and some new ones, written with the contract's schema. */
    private void produce(Events events, Contract contract, int step) {
        events.begin();
        for (int i = 0; i < RECORDS; i++) {
            GenericRecord entity =
                    EvolvingTank.entity(contract.schema(), "k" + (i % 2 == 0 ? i : 100 * step + i), events.version());
            events.put(contract, entity);
            Written written = EvolvingTank.written(entity);
            history.add(written);
            latest.put(entity.get("id").toString(), written);
        }
        events.commit();
    }

    private static List<String> rows(Lakehouse lakehouse, Contract contract, boolean isLatest) throws IOException {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = lakehouse.scan(contract.name(), isLatest, List.of())) {
            for (Record row : records) {
                rows.add(String.valueOf(EvolvingTank.plain(contract.schema(), row)));
            }
        }
        rows.sort(null);
        return rows;
    }
}
