package io.fedmesh.access.reconcile;

import io.fedmesh.access.ProductTables;
import io.fedmesh.access.TableName;
import io.fedmesh.access.reconcile.SourceDatabases.SourceSnapshot;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * A derived product against what SQL over the source says. A derived row belongs to no single position of the source, so
 * keys that differ are looked at again: one that was ever equal is right; one that differs in the same way three times in
 * a row, each time after the pipeline had passed the position compared with, is wrong.
 */
final class DerivedComparison {
    private static final int ROUNDS_TO_BELIEVE = 3;
    private static final int MAX_MISMATCHES = 2_000_000;

    private final Contract contract;
    private final String sql;
    private final SourceDatabases databases;
    private final Pipeline pipeline;
    private final Waiting waiting;
    private final ReconcileSettings settings;
    private final List<Schema.Field> fields;

    private final List<String> problems = new ArrayList<>();
    private String position = "";
    private long rows;
    private long captured;

    /** What both sides hold of a key; equal when both are unchanged. */
    private record Sides(boolean inSource, long source0, long source1, boolean inTable, long table0, long table1) {}

    /** How often a key differed in the same way. */
    private record Suspect(Sides sides, int rounds) {}

    DerivedComparison(
            Contract contract,
            String sql,
            SourceDatabases databases,
            Pipeline pipeline,
            Waiting waiting,
            ReconcileSettings settings) {
        this.contract = contract;
        this.sql = sql;
        this.databases = databases;
        this.pipeline = pipeline;
        this.waiting = waiting;
        this.settings = settings;
        this.fields = contract.schema().getFields();
    }

    ReconcileReport run() {
        long start = waiting.nanoTime();
        Set<Source> sources = pipeline.sources(contract);
        String connection = connection(sources);
        sources.forEach(pipeline::awaitSnapshot);
        Map<History.Key, Suspect> suspects = new HashMap<>();
        Map<History.Key, Sides> wrong = new HashMap<>();
        round(sources, connection, true).forEach((key, sides) -> suspects.put(key, new Suspect(sides, 1)));
        for (int round = 2; !suspects.isEmpty() && round <= settings.maxRounds(); round++) {
            waiting.pause();
            Map<History.Key, Sides> now = round(sources, connection, false);
            suspects.entrySet().removeIf(entry -> !now.containsKey(entry.getKey()));
            suspects.replaceAll((key, suspect) -> {
                Sides sides = java.util.Objects.requireNonNull(now.get(key));
                return new Suspect(sides, sides.equals(suspect.sides()) ? suspect.rounds() + 1 : 1);
            });
            suspects.entrySet().removeIf(entry -> {
                if (entry.getValue().rounds() < ROUNDS_TO_BELIEVE) {
                    return false;
                }
                wrong.put(entry.getKey(), entry.getValue().sides());
                return true;
            });
        }
        return report(wrong, suspects.keySet(), start);
    }

    private String connection(Set<Source> sources) {
        Set<String> connections =
                sources.stream().map(Source::connection).collect(Collectors.toCollection(TreeSet::new));
        if (connections.size() != 1) {
            throw new ReconcileException("[" + contract.name()
                    + "] 'reconcileSql' must read one database but the inputs come from " + connections);
        }
        return connections.iterator().next();
    }

    /** One look at both sides: keys that differ. */
    private Map<History.Key, Sides> round(Set<Source> sources, String connection, boolean first) {
        RowDigest digest = new RowDigest(contract);
        KeyMap expected = new KeyMap(0, settings.maxKeys());
        long[] repeated = {0};
        long lsn;
        try (SourceSnapshot snapshot = databases.open(connection)) {
            snapshot.read(sql, contract.schema(), values -> {
                digest.row(values);
                if (!expected.add(digest.key0, digest.key1, digest.row0, digest.row1)) {
                    repeated[0]++;
                }
            });
            lsn = snapshot.lsn();
        }
        if (repeated[0] > 0) {
            throw new ReconcileException("[" + contract.name() + "] 'reconcileSql' must give each key once but gave "
                    + repeated[0] + " more");
        }
        position = Lsn.text(lsn);
        sources.forEach(source -> pipeline.awaitCapture(source, lsn));
        pipeline.awaitTopologies(contract);
        ProductTables.Snapshot latest =
                pipeline.awaitTable(contract, TableName.latest(contract.name()), pipeline.ends(contract));
        if (first) {
            check(latest);
        }
        return compare(expected, latest, first);
    }

    private Map<History.Key, Sides> compare(KeyMap expected, ProductTables.Snapshot latest, boolean first) {
        Map<History.Key, Sides> mismatches = new HashMap<>();
        RowDigest digest = new RowDigest(contract);
        KeyMap keys = new KeyMap(first ? latest.rowsAtMost() : 0, settings.maxKeys());
        long repeated = 0;
        long count = 0;
        try (CloseableIterable<Record> scan =
                latest.scan(fields.stream().map(Schema.Field::name).toList())) {
            @Nullable Object[] values = new @Nullable Object[fields.size()];
            for (Record row : scan) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = row.get(i);
                }
                digest.row(values);
                count++;
                if (first && !keys.add(digest.key0, digest.key1, 0, 0)) {
                    repeated++;
                }
                Sides sides = switch (expected.match(digest.key0, digest.key1, digest.row0, digest.row1)) {
                    case EQUAL -> null;
                    case ABSENT -> new Sides(false, 0, 0, true, digest.row0, digest.row1);
                    case DIFFERENT ->
                        new Sides(
                                true,
                                expected.sum0(digest.key0, digest.key1),
                                expected.sum1(digest.key0, digest.key1),
                                true,
                                digest.row0,
                                digest.row1);
                };
                if (sides != null) {
                    put(mismatches, new History.Key(digest.key0, digest.key1), sides);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        expected.unseen((key0, key1, sum0, sum1) ->
                put(mismatches, new History.Key(key0, key1), new Sides(true, sum0, sum1, false, 0, 0)));
        if (first) {
            rows = count;
            if (repeated > 0) {
                problems.add("latest must hold each key once but holds " + repeated + " more");
            }
        }
        return mismatches;
    }

    private static void put(Map<History.Key, Sides> mismatches, History.Key key, Sides sides) {
        if (mismatches.size() >= MAX_MISMATCHES) {
            throw new ReconcileException("at most " + MAX_MISMATCHES + " keys may differ to be looked at again but"
                    + " more do: the table is far from the source");
        }
        mismatches.put(key, sides);
    }

    private void check(ProductTables.Snapshot latest) {
        ProductTables.Snapshot events =
                pipeline.awaitTable(contract, TableName.history(contract.name()), latest.offsets());
        History history = new History(contract, events, settings);
        history.unseenKeys(null);
        problems.addAll(history.problems());
        problems.addAll(History.backwards("latest", latest));
        problems.addAll(History.backwards("history", events));
        problems.addAll(Account.problems(latest.counts()));
        captured = latest.counts().getOrDefault("captured", history.events());
    }

    private ReconcileReport report(Map<History.Key, Sides> wrong, Set<History.Key> moving, long start) {
        Differences missing = new Differences();
        Differences extra = new Differences();
        Differences different = new Differences();
        wrong.forEach((key, sides) -> {
            Differences kind = !sides.inTable() ? missing : !sides.inSource() ? extra : different;
            kind.add(key.key0());
        });
        Differences unsettled = new Differences();
        moving.forEach(key -> unsettled.add(key.key0()));
        return new ReconcileReport(
                contract.name(),
                captured,
                rows,
                missing.count(),
                extra.count(),
                different.count(),
                unsettled.count(),
                missing.names(),
                extra.names(),
                different.names(),
                unsettled.names(),
                problems,
                position,
                Duration.ofNanos(waiting.nanoTime() - start));
    }
}
