package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Changes of the source that are hard to follow, made beside the workload: transactions of thousands of rows that lie in
 * each other, a value of nearly the largest size that later changes do not touch, one row that changes over and over. They
 * know tables by contract alone and never wait for a row that the workload has locked.
 */
final class HardRows {
    private static final Duration BOUND = Duration.ofSeconds(40);
    /** The source's side of a row that a capture may publish, with room for what stands beside it. */
    private static final int LARGEST_VALUE_BYTES = 800_000;

    private static final int TOUCHES = 6;
    private static final int SHORT_VALUE_CHARACTERS = 24;

    /** Makes changes; answers how many rows. */
    private interface Changes {
        long make(Connection owner) throws SQLException;
    }

    private HardRows() {}

    /** A long transaction, a second one that begins and ends within it, and words in the log that belong to no table. */
    static Strike longTransactions(FaultyMesh mesh, RandomGenerator random, Runnable heal) {
        List<Contract> captured = mesh.captured();
        int rows = 1_000 + random.nextInt(2_000);
        Contract inner = captured.get(random.nextInt(captured.size()));
        return begin(
                mesh,
                owner -> {
                    owner.setAutoCommit(false);
                    long changed = 0;
                    for (Contract contract : captured) {
                        changed += touch(owner, contract, rows / captured.size());
                    }
                    speak(owner);
                    try (Connection other = mesh.owner()) {
                        other.setAutoCommit(false);
                        speak(other);
                        changed += touch(other, inner, rows);
                        other.commit();
                    }
                    changed += touch(owner, inner, rows);
                    owner.commit();
                    return changed;
                },
                heal);
    }

    /** One row changes over and over, each time in a transaction of its own. */
    static Strike hotRow(FaultyMesh mesh, RandomGenerator random) {
        List<Contract> captured = mesh.captured();
        Contract contract = captured.get(random.nextInt(captured.size()));
        int times = 300 + random.nextInt(900);
        return begin(
                mesh,
                owner -> {
                    String column = quoted(owner, anyColumn(owner, contract));
                    String row = anyRow(owner, contract, "true");
                    long changed = 0;
                    for (int i = 0; i < times && !row.isEmpty(); i++) {
                        String moved = update(owner, contract, column + " = " + column, row);
                        changed += moved.isEmpty() ? 0 : 1;
                        row = moved.isEmpty() ? anyRow(owner, contract, "true") : moved;
                    }
                    return changed;
                },
                () -> {});
    }

    /** A text of nearly the largest size, then changes of its row that leave it as it is, then a short text again. */
    static Strike largeValue(FaultyMesh mesh, RandomGenerator random) {
        List<Contract> captured = mesh.captured();
        Contract contract = captured.get(random.nextInt(captured.size()));
        int bytes = LARGEST_VALUE_BYTES / 2 + random.nextInt(LARGEST_VALUE_BYTES / 2);
        return begin(
                mesh,
                owner -> {
                    String column = quoted(owner, freeText(owner, contract));
                    String key = quoted(owner, keyColumn(contract));
                    String text =
                            "(select string_agg(md5(random()::text), '') from generate_series(1, " + bytes / 32 + "))";
                    String row = anyRow(owner, contract, column + " is not null");
                    long changed = 0;
                    for (int i = 0; i < TOUCHES + 2 && !row.isEmpty(); i++) {
                        String how = i == 0
                                ? column + " = " + text
                                : i <= TOUCHES
                                        ? key + " = " + key
                                        : column + " = left(" + column + ", " + SHORT_VALUE_CHARACTERS + ")";
                        row = update(owner, contract, how, row);
                        changed += row.isEmpty() ? 0 : 1;
                    }
                    return changed;
                },
                () -> {});
    }

    /** On a thread of its own: a lock or a database that is away is waited for. */
    private static Strike begin(FaultyMesh mesh, Changes changes, Runnable heal) {
        AtomicLong made = new AtomicLong();
        Thread thread = new Thread(
                () -> {
                    try (Connection owner = mesh.owner()) {
                        made.set(changes.make(owner));
                    } catch (SQLException e) {
                        // Another fault took the database away: what was not committed has not happened.
                        made.set(-1);
                    }
                },
                "campaign-rows");
        thread.setDaemon(true);
        thread.start();
        return Strike.stepping(BOUND, made::get, () -> {}, heal);
    }

    /** Changes rows to what they are already: the source tells each all the same. */
    private static long touch(Connection owner, Contract contract, int rows) throws SQLException {
        String table = table(contract);
        String column = quoted(owner, anyColumn(owner, contract));
        try (Statement statement = owner.createStatement()) {
            return statement.executeUpdate("update " + table + " set " + column + " = " + column
                    + " where ctid = any(array(select ctid from " + table + " order by random() limit " + rows
                    + " for update skip locked))");
        }
    }

    private static void speak(Connection owner) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute("select pg_logical_emit_message(true, 'campaign', repeat('word ', 500))");
        }
    }

    /** Where a row stands that nobody has locked, or nothing. */
    private static String anyRow(Connection owner, Contract contract, String where) throws SQLException {
        return place(
                owner,
                "select ctid::text from " + table(contract) + " where " + where
                        + " order by random() limit 1 for update skip locked");
    }

    /** Changes the row at a place; answers where it stands then, or nothing when it is gone from there. */
    private static String update(Connection owner, Contract contract, String how, String place) throws SQLException {
        return place(
                owner,
                "update " + table(contract) + " set " + how + " where ctid = '" + place
                        + "'::tid returning ctid::text");
    }

    private static String place(Connection owner, String sql) throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            return found.next() ? found.getString(1) : "";
        }
    }

    /** A column of the contract outside the key. */
    private static String anyColumn(Connection owner, Contract contract) throws SQLException {
        return column(owner, contract, "true");
    }

    /** Of these one that holds text, and no rule of the table demands anything of it. */
    private static String freeText(Connection owner, Contract contract) throws SQLException {
        return column(
                owner,
                contract,
                "a.atttypid = 'text'::regtype and not exists (select 1 from pg_constraint c"
                        + " where c.conrelid = a.attrelid and a.attnum = any(c.conkey))");
    }

    private static String column(Connection owner, Contract contract, String rule) throws SQLException {
        Contract.Captured origin = (Contract.Captured) contract.origin();
        List<String> mapped = contract.fields().keySet().stream()
                .filter(field -> !contract.keyFields().contains(field))
                .map(field -> origin.columns().getOrDefault(field, field))
                .toList();
        try (PreparedStatement statement = owner.prepareStatement(
                "select a.attname from pg_attribute a where a.attrelid = ?::regclass and a.attnum > 0"
                        + " and not a.attisdropped and a.attname = any(?) and " + rule + " order by a.attnum")) {
            statement.setString(1, origin.table());
            statement.setArray(2, owner.createArrayOf("text", mapped.toArray()));
            try (ResultSet found = statement.executeQuery()) {
                if (!found.next()) {
                    throw new SQLException("[" + origin.table() + "] a column must be there to change but none is");
                }
                return found.getString(1);
            }
        }
    }

    private static String keyColumn(Contract contract) {
        String field = contract.keyFields().get(0);
        return ((Contract.Captured) contract.origin()).columns().getOrDefault(field, field);
    }

    private static String table(Contract contract) {
        return ((Contract.Captured) contract.origin()).table();
    }

    private static String quoted(Connection owner, String identifier) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            return statement.enquoteIdentifier(identifier, true);
        }
    }
}
