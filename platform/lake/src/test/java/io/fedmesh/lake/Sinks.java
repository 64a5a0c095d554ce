package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.SchemaRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** Running sinks, and what stands in the tables of sample wells. */
public final class Sinks {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Sinks() {}

    public static Sink start(Lakehouse lakehouse, SinkConfig config, SchemaRegistry registry) {
        return Sink.start(lakehouse, config, registry, Clock.systemUTC(), new SecureRandom());
    }

    /** Until the first product's sink has taken just so many records. */
    public static void awaitCaptured(Sink sink, long records) {
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            SinkStatus status = sink.status().get(0);
            assertThat(status.state()).as(status.message()).isNotEqualTo(SinkStatus.State.STOPPED);
            assertThat(status.captured()).isLessThanOrEqualTo(records);
            return status.captured() == records;
        });
    }

    /** The owners of the latest table's wells by their number, each of which stands there once. */
    static Map<Long, String> owners(Lakehouse lakehouse, Contract contract) throws IOException {
        return owners(lakehouse, contract, null);
    }

    static Map<Long, String> owners(Lakehouse lakehouse, Contract contract, @Nullable Long snapshot)
            throws IOException {
        Map<Long, String> owners = new TreeMap<>();
        List<String> columns = List.of("well_no", "owner_name");
        try (CloseableIterable<Record> records = snapshot == null
                ? lakehouse.scan(contract.name(), true, columns)
                : lakehouse.scan(contract.name(), true, columns, snapshot)) {
            for (Record row : records) {
                assertThat(owners.put(row.get(0, Long.class), row.get(1, String.class)))
                        .isNull();
            }
        }
        return owners;
    }

    /** How many events the history table has, each of which stands there once. */
    static int events(Lakehouse lakehouse, Contract contract) throws IOException {
        Set<String> versions = new HashSet<>();
        try (CloseableIterable<Record> records = lakehouse.scan(contract.name(), false, List.of("mesh_version"))) {
            for (Record row : records) {
                assertThat(versions.add(row.get(0, String.class))).isTrue();
            }
        }
        return versions.size();
    }
}
