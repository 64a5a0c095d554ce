package io.fedmesh.faults.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Names;
import io.fedmesh.wire.Op;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the source did, told by the source itself: a trigger on every captured table writes each change into a table of the
 * ledger's own, in the transaction that makes the change. Of one key the numbers rise in the order of commits, because a
 * row is locked from its change to its commit.
 */
final class Oplog {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));
    private static final int FETCH_ROWS = 2_000;

    /**
     * A change.
     *
     * @param atLsn where the log stood when it was made: its commit stands beyond
     * @param state the row after it; null when it is gone
     */
    record Change(
            String key,
            Op op,
            long transaction,
            long atLsn,
            @Nullable String state) {}

    private Oplog() {}

    /** Makes table and triggers where they are missing, as an owner of the database. */
    static void install(Connection owner, List<Contract> captured) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute("""
                    create schema if not exists mesh_ledger;
                    create table if not exists mesh_ledger.oplog (
                      op_id bigserial primary key, txid bigint not null, of_table text not null, op char(1) not null,
                      at_lsn pg_lsn not null default pg_current_wal_insert_lsn(), entity jsonb not null);
                    create or replace function mesh_ledger.note() returns trigger
                      language plpgsql security definer set search_path = mesh_ledger, pg_catalog as $$
                    declare
                      tx bigint := pg_current_xact_id()::text::bigint & 4294967295;
                      at text := tg_table_schema || '.' || tg_table_name;
                      moved boolean := false;
                    begin
                      if tg_op = 'UPDATE' then
                        moved := exists (select 1 from unnest(tg_argv) k
                          where to_jsonb(old) -> k is distinct from to_jsonb(new) -> k);
                      end if;
                      if tg_op = 'DELETE' or moved then
                        insert into oplog (txid, of_table, op, entity) values (tx, at, 'd', to_jsonb(old));
                      end if;
                      if tg_op <> 'DELETE' then
                        insert into oplog (txid, of_table, op, entity)
                          values (tx, at, case when tg_op = 'INSERT' or moved then 'c' else 'u' end, to_jsonb(new));
                      end if;
                      return null;
                    end $$;
                    """);
            for (Contract contract : captured) {
                Contract.Captured origin = (Contract.Captured) contract.origin();
                String keys = keyColumns(contract).stream()
                        .map(column -> "'" + column + "'")
                        .collect(Collectors.joining(", "));
                statement.execute("create or replace trigger mesh_ledger after insert or update or delete on "
                        + origin.table() + " for each row execute function mesh_ledger.note(" + keys + ")");
            }
        }
    }

    /** Every change of a product at rest, in the order in which the source numbered them; what is new is seen then. */
    static List<Change> read(Connection connection, Contract contract, RowText rows, Seen.OfProduct seen)
            throws SQLException {
        Contract.Captured origin = (Contract.Captured) contract.origin();
        List<Change> changes = seen.changes;
        connection.setAutoCommit(false);
        try (PreparedStatement statement =
                connection.prepareStatement("select txid, op, entity::text, (at_lsn - '0/0'::pg_lsn)::bigint, op_id"
                        + " from mesh_ledger.oplog where of_table = ? and op_id > ? order by op_id")) {
            statement.setString(1, origin.table());
            statement.setLong(2, seen.lastChange);
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    seen.lastChange = found.getLong(5);
                    JsonNode row = JSON.readTree(found.getString(3));
                    Op op = Op.of(found.getString(2));
                    changes.add(new Change(
                            key(contract, row),
                            op,
                            found.getLong(1),
                            found.getLong(4),
                            op == Op.DELETE ? null : rows.ofSource(row, origin.columns())));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("[oplog] PostgreSQL's JSON must be JSON", e);
        }
        return changes;
    }

    /** Fields whose column is of a JSON type. */
    static List<String> jsonFields(Connection connection, Contract contract) throws SQLException {
        Contract.Captured origin = (Contract.Captured) contract.origin();
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select column_name from information_schema.columns"
                        + " where table_schema || '.' || table_name = ? and data_type in ('json', 'jsonb')")) {
            statement.setString(1, origin.table());
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    columns.add(found.getString(1));
                }
            }
        }
        return contract.fields().keySet().stream()
                .filter(field -> columns.contains(origin.columns().getOrDefault(field, field)))
                .toList();
    }

    private static List<String> keyColumns(Contract contract) {
        Contract.Captured origin = (Contract.Captured) contract.origin();
        return contract.keyFields().stream()
                .map(field -> origin.columns().getOrDefault(field, field))
                .toList();
    }

    private static String key(Contract contract, JsonNode row) {
        return Names.key(keyColumns(contract).stream()
                .map(column -> row.path(column).asText())
                .toList());
    }
}
