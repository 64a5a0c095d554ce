package io.fedmesh.access.reconcile;

import io.fedmesh.access.ProductTables;
import io.fedmesh.contract.Contract;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** What a product's {@code _history} says. One thread. */
final class History {
    static final String KEY = "mesh_key";
    static final String OP = "mesh_op";
    static final String VERSION = "mesh_version";
    static final String TRANSACTION = "mesh_txid";

    private final Contract contract;
    private final ProductTables.Snapshot table;
    private final ReconcileSettings settings;
    private final RowDigest digest;

    private long events;
    private long repeated;

    /** The newest state of a key that a snapshot sees. */
    record State(Version version, boolean present, long row0, long row1) {}

    /** A key's hash. */
    record Key(long key0, long key1) {}

    History(Contract contract, ProductTables.Snapshot table, ReconcileSettings settings) {
        this.contract = contract;
        this.table = table;
        this.settings = settings;
        this.digest = new RowDigest(contract);
    }

    /** Number of events; known after {@link #unseenKeys}. */
    long events() {
        return events;
    }

    /**
     * Reads every event once: checks that each version of a key is there once, and gives the keys that have an event which
     * the snapshot does not see.
     *
     * @param sight null when all is seen
     */
    KeyMap unseenKeys(@Nullable Sight sight) {
        KeyMap versions = new KeyMap(table.rowsAtMost(), settings.maxKeys());
        KeyMap unseen = new KeyMap(0, settings.maxKeys());
        List<String> columns = sight == null ? List.of(KEY, VERSION) : List.of(KEY, VERSION, TRANSACTION);
        forEach(columns, row -> {
            String key = (String) row.get(0);
            String version = (String) row.get(1);
            events++;
            digest.key(version + key);
            if (!versions.add(digest.key0, digest.key1, 0, 0)) {
                repeated++;
            }
            if (sight != null && !sight.sees(Version.parse(version), (Long) row.get(2))) {
                digest.key(key);
                unseen.add(digest.key0, digest.key1, 0, 0);
            }
        });
        return unseen;
    }

    /** The newest state that the snapshot sees of each of the keys; a key without any is absent. */
    Map<Key, State> newest(KeyMap keys, Sight sight) {
        Map<Key, State> newest = new HashMap<>();
        List<String> columns = new ArrayList<>(List.of(KEY, VERSION, TRANSACTION, OP));
        int meta = columns.size();
        List<Schema.Field> fields = contract.schema().getFields();
        fields.forEach(f -> columns.add(f.name()));
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        forEach(columns, row -> {
            digest.key((String) row.get(0));
            if (!keys.contains(digest.key0, digest.key1)) {
                return;
            }
            Version version = Version.parse((String) row.get(1));
            if (!sight.sees(version, (Long) row.get(2))) {
                return;
            }
            Key key = new Key(digest.key0, digest.key1);
            State known = newest.get(key);
            if (known != null && known.version().compareTo(version) >= 0) {
                return;
            }
            if (Op.of((String) row.get(3)) == Op.DELETE) {
                newest.put(key, new State(version, false, 0, 0));
                return;
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = row.get(meta + i);
            }
            digest.row(values);
            newest.put(key, new State(version, true, digest.row0, digest.row1));
        });
        return newest;
    }

    /** What does not hold; after {@link #unseenKeys}. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (repeated > 0) {
            problems.add("history must hold each version of a key once but holds " + repeated + " more");
        }
        return problems;
    }

    /** Where an earlier commit had come further than a later one. */
    static List<String> backwards(String name, ProductTables.Snapshot table) {
        List<Map<Integer, Long>> all = new ArrayList<>(table.offsetsBefore());
        all.add(table.offsets());
        for (int i = 1; i < all.size(); i++) {
            for (Map.Entry<Integer, Long> before : all.get(i - 1).entrySet()) {
                long now = all.get(i).getOrDefault(before.getKey(), 0L);
                if (now < before.getValue()) {
                    return List.of(name + " offsets must never go back but partition " + before.getKey() + " went from "
                            + before.getValue() + " to " + now);
                }
            }
        }
        return List.of();
    }

    private interface RowConsumer {
        void accept(Record row);
    }

    private void forEach(List<String> columns, RowConsumer consumer) {
        try (CloseableIterable<Record> rows = table.scan(columns)) {
            rows.forEach(consumer::accept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
