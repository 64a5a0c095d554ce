package io.fedmesh.app.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model of PostgreSQL: open transactions interleave, lock what they touch, and come to the log when they commit, in that
 * order; a replication slot remembers how far it was confirmed, and forgets a part of it in a crash.
 */
final class FakeSource {
    static final int TABLES = 2;
    private static final int KEYS = 14;
    private static final int MAX_OPEN = 4;

    /** What a transaction did to one row; {@code key} is null for a TRUNCATE, {@code state} for a deletion. */
    record Row(
            int table,
            @Nullable String oldKey,
            @Nullable String key,
            @Nullable String state,
            long lsn,
            boolean isCreated) {
        boolean isTruncate() {
            return oldKey == null && key == null;
        }
    }

    /** @param previousEnd end of the transaction that was committed before */
    record Transaction(long id, long previousEnd, long end, long committedAtMicros, List<Row> rows) {}

    /** A slot that was made, the rows at that point, and whether the snapshot came to its end. */
    static final class Snapshot {
        final long lsn;
        final long atMicros;
        final List<Map<String, String>> rows;
        boolean isDone;

        Snapshot(long lsn, long atMicros, List<Map<String, String>> rows) {
            this.lsn = lsn;
            this.atMicros = atMicros;
            this.rows = rows;
        }
    }

    private static final class Open {
        final long id;
        final List<Row> rows = new ArrayList<>();
        final List<Map<String, @Nullable String>> overlay = List.of(new TreeMap<>(), new TreeMap<>());
        final Set<String> locks = new HashSet<>();

        Open(long id) {
            this.id = id;
        }
    }

    private final World world;
    private final List<Map<String, String>> committed = List.of(new TreeMap<>(), new TreeMap<>());
    private final List<Open> open = new ArrayList<>();
    final List<Transaction> wal = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();
    private long lsn = 1_000;
    private long lastEnd = 1_000;
    private long nextId = 700;
    private int states;
    private long confirmed;
    private long durable;
    /** Raised when streams break. */
    int connection;

    FakeSource(World world) {
        this.world = world;
    }

    /** One step of the application that writes to the database. */
    void work() {
        int dice = world.random.nextInt(100);
        if (open.isEmpty() || (dice < 15 && open.size() < MAX_OPEN)) {
            open.add(new Open(nextId++));
        } else if (dice < 40) {
            commit(open.remove(world.random.nextInt(open.size())));
        } else if (dice < 46) {
            open.remove(world.random.nextInt(open.size())); // rolled back
        } else {
            change(open.get(world.random.nextInt(open.size())));
        }
    }

    /** A transaction without captured rows. */
    void heartbeat() {
        commit(new Open(nextId++));
    }

    /** The application comes to an end: what is open commits. */
    void finish() {
        while (!open.isEmpty()) {
            commit(open.remove(0));
        }
    }

    /** The server was killed: open transactions are gone, and what the slot had not written down. */
    void crash() {
        open.clear();
        confirmed = durable;
        connection++;
    }

    void checkpoint() {
        durable = confirmed;
    }

    long end() {
        return lastEnd;
    }

    /** A new slot, and the rows that it begins from. */
    Snapshot snapshot() {
        lsn += 8;
        // what commits later has an end beyond this
        confirmed = lsn;
        durable = lsn;
        connection++;
        lastEnd = lsn;
        Snapshot made =
                new Snapshot(lsn, micros(), List.of(new TreeMap<>(committed.get(0)), new TreeMap<>(committed.get(1))));
        snapshots.add(made);
        return made;
    }

    /** Whether the slot was made after this position: by somebody else's snapshot, if the position is one's own. */
    boolean isMadeAnewAfter(long position) {
        return !snapshots.isEmpty() && snapshots.get(snapshots.size() - 1).lsn > position;
    }

    /** Transactions that the slot still tells to somebody who has everything up to {@code from}. */
    List<Transaction> after(long from) {
        long start = Math.max(from, confirmed);
        int index = wal.size();
        while (index > 0 && wal.get(index - 1).end() > start) {
            index--;
        }
        return wal.subList(index, wal.size());
    }

    /** A new stream: it ends any earlier one. */
    int connect() {
        return ++connection;
    }

    void confirm(long upTo) {
        confirmed = Math.max(confirmed, upTo);
    }

    private void change(Open transaction) {
        int table = world.random.nextInt(TABLES);
        int dice = world.random.nextInt(100);
        if (dice < 8) {
            copy(transaction, table);
        } else if (dice < 10) {
            truncate(transaction, table, world.random.nextInt(3) == 0);
        } else {
            row(transaction, table, "k" + world.random.nextInt(KEYS), dice);
        }
    }

    private void row(Open transaction, int table, String key, int dice) {
        if (!lock(transaction, table, key)) {
            return;
        }
        lsn += 8L * (1 + world.random.nextInt(3));
        if (get(transaction, table, key) == null) {
            put(transaction, new Row(table, null, key, state(), lsn, true));
        } else if (dice < 30) {
            put(transaction, new Row(table, key, null, null, lsn, false));
        } else if (dice < 42) {
            String other = "k" + world.random.nextInt(KEYS);
            if (lock(transaction, table, other) && get(transaction, table, other) == null) {
                put(transaction, new Row(table, key, other, state(), lsn, false));
            }
        } else {
            put(transaction, new Row(table, key, key, state(), lsn, false));
        }
    }

    /** Many rows, few positions. */
    private void copy(Open transaction, int table) {
        int rows = 2 + world.random.nextInt(10);
        for (int i = 0; i < rows; i++) {
            String key = "k" + world.random.nextInt(KEYS);
            if (i % 4 == 0) {
                lsn += 8;
            }
            if (lock(transaction, table, key) && get(transaction, table, key) == null) {
                put(transaction, new Row(table, null, key, state(), lsn, true));
            }
        }
    }

    private void truncate(Open transaction, int table, boolean isBoth) {
        for (Open other : open) {
            if (other != transaction && !other.locks.isEmpty()) {
                return;
            }
        }
        transaction.locks.add("*");
        lsn += 8;
        for (int t = 0; t < TABLES; t++) {
            if (isBoth || t == table) {
                for (String key : keys(transaction, t)) {
                    transaction.overlay.get(t).put(key, null);
                }
                transaction.rows.add(new Row(t, null, null, null, lsn, false));
            }
        }
    }

    private boolean lock(Open transaction, int table, String key) {
        String lock = table + key;
        for (Open other : open) {
            if (other != transaction && (other.locks.contains(lock) || other.locks.contains("*"))) {
                return false;
            }
        }
        transaction.locks.add(lock);
        return true;
    }

    private void put(Open transaction, Row row) {
        Map<String, @Nullable String> overlay = transaction.overlay.get(row.table());
        if (row.oldKey() != null) {
            overlay.put(row.oldKey(), null);
        }
        if (row.key() != null) {
            overlay.put(row.key(), row.state());
        }
        transaction.rows.add(row);
    }

    private @Nullable String get(Open transaction, int table, String key) {
        Map<String, @Nullable String> overlay = transaction.overlay.get(table);
        return overlay.containsKey(key)
                ? overlay.get(key)
                : committed.get(table).get(key);
    }

    private Set<String> keys(Open transaction, int table) {
        Set<String> keys = new HashSet<>(committed.get(table).keySet());
        transaction.overlay.get(table).forEach((key, state) -> {
            if (state == null) {
                keys.remove(key);
            } else {
                keys.add(key);
            }
        });
        return keys;
    }

    private String state() {
        int dice = world.random.nextInt(50);
        String kind = dice == 0 ? Encoding.UNFIT : dice < 4 ? Encoding.GARBLED : dice < 25 ? Encoding.LARGE : "";
        return kind + "state" + states++;
    }

    private void commit(Open transaction) {
        lsn += 8;
        long end = lsn;
        wal.add(new Transaction(transaction.id, lastEnd, end, micros(), List.copyOf(transaction.rows)));
        lastEnd = end;
        for (int table = 0; table < TABLES; table++) {
            Map<String, String> rows = committed.get(table);
            transaction.overlay.get(table).forEach((key, state) -> {
                if (state == null) {
                    rows.remove(key);
                } else {
                    rows.put(key, state);
                }
            });
        }
    }

    private long micros() {
        return world.clock.millis() * 1_000 + world.random.nextInt(1_000);
    }
}
