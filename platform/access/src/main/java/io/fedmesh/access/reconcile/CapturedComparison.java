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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * A captured product at one snapshot of its source. The table is read after every change that the snapshot sees has
 * arrived; of keys that have changed since, the newest version that it sees is taken from the history instead. So writes
 * may go on, and the answer is still exact.
 */
final class CapturedComparison {
    private final Contract contract;
    private final Contract.Captured captured;
    private final SourceDatabases databases;
    private final Pipeline pipeline;
    private final Waiting waiting;
    private final ReconcileSettings settings;
    private final List<Schema.Field> fields;

    CapturedComparison(
            Contract contract,
            Contract.Captured captured,
            SourceDatabases databases,
            Pipeline pipeline,
            Waiting waiting,
            ReconcileSettings settings) {
        this.contract = contract;
        this.captured = captured;
        this.databases = databases;
        this.pipeline = pipeline;
        this.waiting = waiting;
        this.settings = settings;
        this.fields = contract.schema().getFields();
    }

    ReconcileReport run() {
        long start = waiting.nanoTime();
        Source source = pipeline.source(contract, captured);
        pipeline.awaitSnapshot(source);
        try (SourceSnapshot snapshot = databases.open(source.connection())) {
            pipeline.awaitCapture(source, snapshot.lsn());
            Map<Integer, Long> ends = pipeline.ends(contract);
            ProductTables.Snapshot latest = pipeline.awaitTable(contract, TableName.latest(contract.name()), ends);
            // The history must know of every change that the table shows, of deletes above all.
            ProductTables.Snapshot history =
                    pipeline.awaitTable(contract, TableName.history(contract.name()), latest.offsets());
            return compare(snapshot, latest, history, start);
        }
    }

    private ReconcileReport compare(
            SourceSnapshot snapshot, ProductTables.Snapshot latest, ProductTables.Snapshot events, long start) {
        List<String> problems = new ArrayList<>();
        Sight sight = new Sight(snapshot.visible(), snapshot.lsn());
        History history = new History(contract, events, settings);
        KeyMap moved = history.unseenKeys(sight);
        problems.addAll(history.problems());
        problems.addAll(History.backwards("latest", latest));
        problems.addAll(History.backwards("history", events));
        problems.addAll(Account.problems(latest.counts()));

        KeyMap table = new KeyMap(latest.rowsAtMost(), settings.maxKeys());
        long repeated = 0;
        RowDigest digest = new RowDigest(contract);
        try (CloseableIterable<Record> rows =
                latest.scan(fields.stream().map(Schema.Field::name).toList())) {
            @Nullable Object[] values = new @Nullable Object[fields.size()];
            for (Record row : rows) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = row.get(i);
                }
                digest.row(values);
                if (!moved.contains(digest.key0, digest.key1)
                        && !table.add(digest.key0, digest.key1, digest.row0, digest.row1)) {
                    repeated++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (repeated > 0) {
            problems.add("latest must hold each key once but holds " + repeated + " more");
        }
        if (moved.size() > 0) {
            history.newest(moved, sight).forEach((key, state) -> {
                if (state.present()) {
                    table.add(key.key0(), key.key1(), state.row0(), state.row1());
                }
            });
        }

        Differences missing = new Differences();
        Differences different = new Differences();
        snapshot.read(sql(), contract.schema(), values -> {
            digest.row(values);
            switch (table.match(digest.key0, digest.key1, digest.row0, digest.row1)) {
                case ABSENT -> missing.add(digest.key0);
                case DIFFERENT -> different.add(digest.key0);
                case EQUAL -> {}
            }
        });
        Differences extra = new Differences();
        table.unseen((key0, key1, sum0, sum1) -> extra.add(key0));
        return new ReconcileReport(
                contract.name(),
                latest.counts().getOrDefault("captured", history.events()),
                table.size(),
                missing.count(),
                extra.count(),
                different.count(),
                0,
                missing.names(),
                extra.names(),
                different.names(),
                List.of(),
                problems,
                Lsn.text(snapshot.lsn()),
                Duration.ofNanos(waiting.nanoTime() - start));
    }

    private String sql() {
        String[] table = captured.table().split("\\.", 2);
        return fields.stream()
                .map(f -> quoted(captured.columns().getOrDefault(f.name(), f.name())) + " as " + quoted(f.name()))
                .collect(Collectors.joining(
                        ", ", "select ", " from " + quoted(table[0]) + "." + quoted(table[table.length - 1])));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
