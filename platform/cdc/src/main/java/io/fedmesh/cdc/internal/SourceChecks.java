package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Source;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must hold in the source database before anything is captured. All problems of one look are told at once. */
final class SourceChecks {
    /** What the heartbeat table must be. */
    static final String HEARTBEAT_COLUMNS = "(source text primary key, beat_at timestamptz not null)";

    private final Source source;
    private final List<Product> products;
    private final SourceDatabase database;

    SourceChecks(Source source, List<Product> products, SourceDatabase database) {
        this.source = source;
        this.products = products;
        this.database = database;
    }

    /**
     * Settings, tables, columns, keys, the heartbeat table; then the publication is made or brought to these tables.
     *
     * @throws MissingRightException when only rights are missing
     */
    void demandSchema() {
        List<String> problems = new ArrayList<>();
        List<String> rights = new ArrayList<>();
        boolean isPublished = database.with(connection -> {
            String level = text(connection, "show wal_level");
            if (!"logical".equals(level)) {
                problems.add("'wal_level' must be logical but was " + level
                        + ": set it in postgresql.conf and restart the server");
            }
            for (Product product : products) {
                table(connection, product, problems, rights);
            }
            heartbeat(connection, problems, rights);
            return problems.isEmpty() && rights.isEmpty() && isPublished(connection);
        });
        refuse(problems, rights);
        if (!isPublished) {
            try {
                database.publish(published());
            } catch (MissingRightException e) {
                throw new MissingRightException(
                        where() + "the publication " + source.publication()
                                + " must publish exactly " + published()
                                + " with insert, update, delete and truncate, and"
                                + " capture's user may not make it: let the tables' owner run: create publication "
                                + source.publication() + " for table " + String.join(", ", published())
                                + " with (publish_via_partition_root = true)",
                        e);
            }
        }
    }

    /**
     * That the slot can go on from a stored position, if nobody else uses it.
     */
    void demandSlot(Position position, SourceDatabase.Identity identity, Optional<SourceDatabase.Slot> found) {
        String remedy = "; what is published stays right, but changes since then are lost to capture: re-sync the"
                + " source, which takes a new snapshot and deletes what is gone";
        if (!position.systemId().equals(identity.systemId())) {
            throw new CaptureRefusedException(
                    where() + "the database must be the one that was captured, with the system" + " identifier "
                            + position.systemId() + ", but was " + identity.systemId() + remedy);
        }
        if (position.timeline() != identity.timeline()) {
            throw new CaptureRefusedException(where() + "the database must be on the timeline that was captured, "
                    + position.timeline() + ", but was on " + identity.timeline()
                    + ": it was restored or failed over" + remedy);
        }
        if (Long.compareUnsigned(position.commitLsn(), identity.flushLsn()) > 0) {
            throw new CaptureRefusedException(where() + "the database must have reached the stored position "
                    + lsn(position.commitLsn()) + " but was at " + lsn(identity.flushLsn())
                    + ": it lost transactions that are published" + remedy);
        }
        SourceDatabase.Slot slot = found.orElse(null);
        if (slot == null) {
            throw new CaptureRefusedException(where() + "the replication slot " + source.slot()
                    + " must exist, because a position is stored, but it is gone" + remedy);
        }
        if (slot.walStatus().equals("lost")) {
            throw new CaptureRefusedException(where() + "the replication slot " + source.slot()
                    + " must hold the log since the stored position but was invalidated (wal_status lost): see"
                    + " max_slot_wal_keep_size" + remedy);
        }
        if (!slot.plugin().equals("pgoutput")) {
            throw new CaptureRefusedException(where() + "the replication slot " + source.slot()
                    + " must have the plugin pgoutput but had " + slot.plugin() + remedy);
        }
        if (Long.compareUnsigned(slot.confirmedLsn(), position.commitLsn()) > 0) {
            throw new CaptureRefusedException(where() + "the replication slot " + source.slot()
                    + " must not be ahead of the stored position " + lsn(position.commitLsn()) + " but was at "
                    + lsn(slot.confirmedLsn()) + ": somebody advanced it or made it anew" + remedy);
        }
        List<String> added = products.stream()
                .map(Product::toString)
                .filter(p -> !position.products().contains(p))
                .toList();
        if (!added.isEmpty()) {
            throw new CaptureRefusedException(where() + "the products " + added
                    + " must have been part of a snapshot but" + " were added since: re-sync the source");
        }
    }

    /**
     * That nobody else streams from the slot.
     *
     * @throws OutageException when somebody does just now: another instance that has not noticed yet that it is fenced
     */
    void demandIdle(Optional<SourceDatabase.Slot> slot) {
        if (slot.isPresent() && slot.get().activePid() != null) {
            throw new OutageException(where() + "the replication slot " + source.slot()
                    + " must be free but is active for PID " + slot.get().activePid());
        }
    }

    /** The captured tables and the heartbeat table. */
    private List<String> published() {
        TreeSet<String> tables = new TreeSet<>();
        products.forEach(p -> tables.add(p.captured().table()));
        tables.add(source.heartbeatTable());
        return List.copyOf(tables);
    }

    private void table(Connection connection, Product product, List<String> problems, List<String> rights)
            throws SQLException {
        String table = product.captured().table();
        Map<String, ColumnType> columns = new HashMap<>();
        String identity = null;
        try (PreparedStatement statement = connection.prepareStatement(
                "select a.attname, t.typname, t.typtype, e.typname, e.typtype, a.attnotnull, c.relreplident,"
                        + " coalesce(a.attnum = any(i.indkey::int2[]), false)"
                        + " from pg_catalog.pg_class c"
                        + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                        + " join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                        + " join pg_catalog.pg_type t on t.oid = a.atttypid"
                        + " left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A'"
                        + " left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary"
                        + " where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')")) {
            named(statement, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    identity = row.getString(7);
                    columns.put(
                            row.getString(1),
                            new ColumnType(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getString(5),
                                    row.getBoolean(6),
                                    row.getBoolean(8)));
                }
            }
        }
        if (identity == null) {
            problems.add("the table " + table + " must exist and be visible to capture's user but is not");
            return;
        }
        if (!identity.equals("f") || !isFullEverywhere(connection, table)) {
            problems.add("the table " + table + " must have the replica identity FULL: alter table " + table
                    + " replica identity full, and so for each of its partitions");
        }
        if (!isGranted(connection, table, "SELECT")) {
            rights.add("capture's user must be allowed to read " + table + ": grant select on " + table);
        }
        ColumnChecks.check(product, columns, problems);
    }

    private static boolean isFullEverywhere(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select count(*) from pg_catalog.pg_partition_tree(?::pg_catalog.regclass) t"
                        + " join pg_catalog.pg_class c on c.oid = t.relid where c.relreplident <> 'f'")) {
            statement.setString(1, SourceDatabase.quoted(table));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getLong(1) == 0;
            }
        }
    }

    private void heartbeat(Connection connection, List<String> problems, List<String> rights) throws SQLException {
        String table = source.heartbeatTable();
        TreeSet<String> columns = new TreeSet<>();
        try (PreparedStatement statement = connection.prepareStatement("select a.attname from pg_catalog.pg_class c"
                + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                + " join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                + " where n.nspname = ? and c.relname = ? and c.relkind = 'r'")) {
            named(statement, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    columns.add(row.getString(1));
                }
            }
        }
        if (!columns.containsAll(List.of("beat_at", "source"))) {
            problems.add("the heartbeat table must exist: create table " + table + " " + HEARTBEAT_COLUMNS);
        } else if (!isGranted(connection, table, "INSERT")
                || !isGranted(connection, table, "UPDATE")
                || !isGranted(connection, table, "SELECT")) {
            rights.add("capture's user must be allowed to write the heartbeat table: grant select, insert, update on "
                    + table);
        }
    }

    private boolean isPublished(Connection connection) throws SQLException {
        TreeSet<String> tables = new TreeSet<>();
        boolean isWhole = false;
        try (PreparedStatement statement = connection.prepareStatement(
                "select p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate and p.pubviaroot"
                        + " and not p.puballtables,"
                        + " n.nspname || '.' || c.relname, r.prqual is null and r.prattrs is null"
                        + " from pg_catalog.pg_publication p"
                        + " left join pg_catalog.pg_publication_rel r on r.prpubid = p.oid"
                        + " left join pg_catalog.pg_class c on c.oid = r.prrelid"
                        + " left join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                        + " where p.pubname = ?")) {
            statement.setString(1, source.publication());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    isWhole = row.getBoolean(1) && (tables.isEmpty() || isWhole) && row.getBoolean(3);
                    tables.add(String.valueOf(row.getString(2)));
                }
            }
        }
        return isWhole && List.copyOf(tables).equals(published());
    }

    private static boolean isGranted(Connection connection, String table, String privilege) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_catalog.has_table_privilege(?, ?)")) {
            statement.setString(1, SourceDatabase.quoted(table));
            statement.setString(2, privilege);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static void named(PreparedStatement statement, String table) throws SQLException {
        int dot = table.indexOf('.');
        statement.setString(1, table.substring(0, dot));
        statement.setString(2, table.substring(dot + 1));
    }

    private static @Nullable String text(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /** What the schema lacks is refused, together with the rights; rights alone are waited for. */
    private void refuse(List<String> problems, List<String> rights) {
        if (!problems.isEmpty()) {
            problems.addAll(rights);
            throw new CaptureRefusedException(where() + String.join("; ", problems));
        }
        if (!rights.isEmpty()) {
            throw new MissingRightException(where() + String.join("; ", rights));
        }
    }

    private String where() {
        return "[" + source.domain() + "." + source.name() + "] ";
    }

    private static String lsn(long lsn) {
        return org.postgresql.replication.LogSequenceNumber.valueOf(lsn).asString();
    }
}
