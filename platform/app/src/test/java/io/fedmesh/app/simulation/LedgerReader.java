package io.fedmesh.app.simulation;

import io.fedmesh.testkit.ledger.Ledger;
import io.fedmesh.testkit.ledger.Ledger.Fate;
import io.fedmesh.testkit.ledger.Ledger.Told;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads the ledger of a product out of the simulated source, broker and tables. */
final class LedgerReader {
    private final World world;
    private final int table;

    private LedgerReader(World world, int table) {
        this.world = world;
        this.table = table;
    }

    static Ledger read(World world, int table) {
        return new LedgerReader(world, table).ledger();
    }

    private Ledger ledger() {
        Map<Integer, Long> ends = new HashMap<>();
        for (int partition = 0; partition < Bank.PARTITIONS; partition++) {
            ends.put(partition, world.log.end(Bank.topic(table), partition));
        }
        FakeTable history = world.histories.get(table);
        FakeTable latest = world.latests.get(table);
        return new Ledger(
                Bank.name(table),
                oplog(),
                topic(),
                false,
                ends,
                rejected(),
                history(history),
                latest(latest),
                snapshots(history),
                snapshots(latest));
    }

    /** Counted anew from the source's log: nothing here knows how capture numbers versions. */
    private List<Told> oplog() {
        List<Told> oplog = new ArrayList<>();
        List<FakeSource.Snapshot> snapshots = world.source.snapshots;
        for (int i = 0; i < snapshots.size(); i++) {
            FakeSource.Snapshot snapshot = snapshots.get(i);
            boolean isLast = i + 1 == snapshots.size();
            long until = isLast ? Long.MAX_VALUE : snapshots.get(i + 1).lsn;
            snapshot(snapshot, oplog);
            for (FakeSource.Transaction next : world.source.wal) {
                if (next.end() > snapshot.lsn && next.end() <= until) {
                    transaction(next, isLast, oplog);
                }
            }
        }
        return oplog;
    }

    private void snapshot(FakeSource.Snapshot snapshot, List<Told> oplog) {
        Map<String, String> rows = snapshot.rows.get(table);
        Version version = new Version(snapshot.lsn, 0, 0);
        for (String key : keys(oplog)) {
            if (!rows.containsKey(key)) {
                oplog.add(new Told(key, null, version, false, snapshot.isDone ? Fate.OPTIONAL : Fate.UNCERTAIN));
            }
        }
        rows.forEach((key, state) -> add(oplog, key, state, version, snapshot.isDone));
    }

    /** @param isCertain whether it must be told; otherwise a newer snapshot may have come first */
    private static void add(List<Told> oplog, String key, @Nullable String state, Version version, boolean isCertain) {
        boolean isUnfit = state != null && state.startsWith(Encoding.UNFIT);
        if (isCertain || !isUnfit) {
            Fate fate = !isCertain ? Fate.UNCERTAIN : isUnfit ? Fate.REJECTED : Fate.PUBLISHED;
            oplog.add(new Told(key, state, version, false, fate));
        }
    }

    private void transaction(FakeSource.Transaction in, boolean isCertain, List<Told> oplog) {
        Map<Long, Integer> numbers = new HashMap<>();
        for (FakeSource.Row row : in.rows()) {
            boolean isOurs = row.table() == table;
            if (row.isTruncate()) {
                if (isOurs) {
                    Version version = new Version(in.previousEnd(), row.lsn(), 0);
                    keys(oplog)
                            .forEach(key -> oplog.add(
                                    new Told(key, null, version, true, isCertain ? Fate.OPTIONAL : Fate.UNCERTAIN)));
                }
                continue;
            }
            String old = row.oldKey();
            if (old != null && !old.equals(row.key())) {
                Version version = version(in, row, numbers);
                if (isOurs) {
                    add(oplog, old, null, version, isCertain);
                }
            }
            if (row.key() != null) {
                Version version = version(in, row, numbers);
                if (isOurs) {
                    add(oplog, row.key(), row.state(), version, isCertain);
                }
            }
        }
    }

    private static Version version(FakeSource.Transaction in, FakeSource.Row row, Map<Long, Integer> numbers) {
        return new Version(in.previousEnd(), row.lsn(), numbers.merge(row.lsn(), 1, Integer::sum) - 1);
    }

    /** A key may look alive on the topic though its row is gone: after a replay, or when its deletion comes next. */
    private static Set<String> keys(List<Told> oplog) {
        Set<String> keys = new HashSet<>(Set.of(Operator.STRANGER));
        oplog.forEach(told -> keys.add(told.key()));
        return keys;
    }

    private List<Ledger.Event> topic() {
        List<Ledger.Event> events = new ArrayList<>();
        world.log.readAll(Bank.topic(table), (partition, offset, entry) -> {
            Headers headers = Objects.requireNonNull(entry.headers);
            boolean isReadable = entry.key != null && (entry.value == null || Encoding.isReadable(entry.value));
            boolean isReplay = headers.lastHeader(Operator.REPLAYED) != null;
            Version version = version(headers);
            events.add(new Ledger.Event(
                    partition,
                    offset,
                    text(entry.key),
                    isReadable && entry.value != null ? Encoding.decode(entry.value) : null,
                    version,
                    !isReadable ? Ledger.Nature.UNREADABLE : isReplay ? Ledger.Nature.REPLAY : Ledger.Nature.STATE));
        });
        return events;
    }

    private List<Ledger.Rejected> rejected() {
        List<Ledger.Rejected> records = new ArrayList<>();
        world.log.readAll(Bank.rejectedTopic(table), entry -> {
            Headers headers = Objects.requireNonNull(entry.headers);
            records.add(new Ledger.Rejected(
                    Integer.parseInt(Objects.requireNonNull(Operator.text(headers, "partition"))),
                    Long.parseLong(Objects.requireNonNull(Operator.text(headers, "offset"))),
                    text(entry.key),
                    version(headers)));
        });
        return records;
    }

    private static List<Ledger.Row> history(FakeTable history) {
        List<Ledger.Row> rows = new ArrayList<>();
        FakeTable.Snapshot at = history.current();
        if (at != null) {
            history.live(at, place -> {
                FakeTable.Row row = history.rows(place.file()).get(place.position());
                rows.add(new Ledger.Row(
                        row.key(), row.state(), row.version(), row.partition(), row.offset(), place.file()));
            });
        }
        return rows;
    }

    private static List<Ledger.Current> latest(FakeTable latest) {
        List<Ledger.Current> rows = new ArrayList<>();
        FakeTable.Snapshot at = latest.current();
        if (at != null) {
            latest.live(at, place -> {
                FakeTable.Row row = latest.rows(place.file()).get(place.position());
                rows.add(new Ledger.Current(row.key(), String.valueOf(row.state()), row.version()));
            });
        }
        return rows;
    }

    private static List<Ledger.Snapshot> snapshots(FakeTable table) {
        List<Ledger.Snapshot> snapshots = new ArrayList<>();
        for (FakeTable.Snapshot snapshot : table.snapshots) {
            List<String> vectors = new ArrayList<>();
            snapshot.files().forEach((file, own) -> own.forEach(vector -> vectors.add(file)));
            snapshots.add(new Ledger.Snapshot(
                    snapshot.id(),
                    snapshot.commitId(),
                    snapshot.epoch(),
                    snapshot.isUpkeep(),
                    snapshot.offsets() == null ? Map.of() : snapshot.offsets(),
                    snapshot.counts(),
                    snapshot.added(),
                    snapshot.files().keySet(),
                    vectors));
        }
        return snapshots;
    }

    private static @Nullable Version version(Headers headers) {
        String hex = Operator.text(headers, "mesh_version");
        return hex == null ? null : Version.parse(hex);
    }

    private static @Nullable String text(byte @Nullable [] key) {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
    }
}
