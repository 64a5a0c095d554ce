package io.fedmesh.app.simulation;

import io.fedmesh.wire.RejectedRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Everybody else who touches topics and tables: upkeep, strangers, the person who mends and puts back refused records. */
final class Operator {
    static final String REPLAYED = "simulation_replayed";
    /** The key of strangers' records; it looks alive on the topic. */
    static final String STRANGER = "stranger";

    private final World world;
    private final Set<String> replayed = new HashSet<>();
    private @Nullable Runnable compaction;

    Operator(World world) {
        this.world = world;
    }

    /** A compaction reads in one step and commits in a later one: deletes may come between. */
    void upkeep() {
        if (compaction != null) {
            compaction.run();
            compaction = null;
            return;
        }
        List<FakeTable> tables = world.tables();
        FakeTable table = tables.get(world.random.nextInt(tables.size()));
        if (world.random.nextInt(4) == 0) {
            table.expire();
        } else {
            compaction = table.compaction();
        }
    }

    /** A stranger's record: no key, or a value that nobody can read. */
    void poison() {
        String topic = Bank.topic(world.random.nextInt(FakeSource.TABLES));
        world.reach("poison");
        byte[] key = world.random.nextBoolean() ? null : STRANGER.getBytes(StandardCharsets.UTF_8);
        world.log.append(new ProducerRecord<>(topic, null, key, new byte[] {'x'}));
    }

    /** The last upkeep, and everything that was refused is put back, however old it is by now. */
    void finish() {
        world.tables().forEach(this::compact);
        for (int table = 0; table < FakeSource.TABLES; table++) {
            replay(table, 1);
        }
    }

    /** A whole compaction at once. */
    void compact(FakeTable table) {
        Runnable whole = table.compaction();
        if (whole != null) {
            whole.run();
        }
    }

    /** Some refused state events are mended and put back: by now newer versions of their keys may be there. */
    void replay() {
        replay(world.random.nextInt(FakeSource.TABLES), 0.25);
    }

    private void replay(int table, double share) {
        world.log.readAll(Bank.rejectedTopic(table), entry -> {
            Headers headers = java.util.Objects.requireNonNull(entry.headers);
            String place = text(headers, "partition") + "@" + text(headers, "offset");
            if (entry.key == null
                    || entry.value == null
                    || place.startsWith("-1@")
                    || headers.lastHeader("mesh_version") == null
                    || !world.chance(share)
                    || !replayed.add(table + ":" + place)) {
                return;
            }
            RecordHeaders again = new RecordHeaders();
            for (Header header : headers) {
                if (!header.key().startsWith(RejectedRecord.HEADER_PREFIX)) {
                    again.add(header);
                }
            }
            world.reach("replay");
            again.add(REPLAYED, new byte[0]);
            world.log.append(new ProducerRecord<>(
                    Bank.topic(table), null, entry.timestampMs, entry.key, Encoding.mend(entry.value), again));
        });
    }

    /** A table is dropped and made anew, or set back to an older snapshot, and nobody tells the sinks. */
    void meddle() {
        List<FakeTable> tables = world.tables();
        FakeTable table = tables.get(world.random.nextInt(tables.size()));
        compaction = null;
        if (world.random.nextBoolean()) {
            world.reach("table dropped");
            table.recreate();
        } else if (table.setBack()) {
            world.reach("table set back");
        }
    }

    static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name.startsWith("mesh_") ? name : RejectedRecord.HEADER_PREFIX + name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
