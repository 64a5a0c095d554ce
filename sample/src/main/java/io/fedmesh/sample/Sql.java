package io.fedmesh.sample;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pieces of SQL that make a row's values from its number {@code n}: the same number, the same values. */
final class Sql {
    private static final Map<String, String> PIECES = new LinkedHashMap<>();

    static {
        // Some identities hold the separator and the escape of composed keys.
        PIECES.put("PROJECT_ID", "'P-' || lpad((#)::text, 6, '0') || case when (#) % 97 = 0 then '|x\\y' else '' end");
        PIECES.put("CONTRACTOR_ID", "'C-' || lpad((#)::text, 5, '0')");
        PIECES.put("INVOICE_ID", "md5('invoice ' || (#))::uuid");
        PIECES.put(
                "PERSON",
                "(array['Ada','Grace','Joan','Katherine','Radia','Edsger','Zoë'])[1 + (#) % 7] || ' '"
                        + " || (array['Byron','Hopper','Clarke','Johnson','Perlman','Dijkstra','Núñez'])[1 + (#) / 7 % 7]");
        PIECES.put("EMAIL", "'person.' || (#) || '@contractor.example'");
        PIECES.put(
                "AGENCY",
                "(array['Army Corps of Engineers','General Services','Interior','Transportation','Veterans Affairs'])"
                        + "[1 + (#) % 5]");
        PIECES.put("MONEY", "((hashtext((#)::text || ' money')::bigint & 1048575) / 100.0)::numeric(15, 2)");
        PIECES.put("NOW", "timestamptz '2026-01-05 08:00:00.000123+00' + ? * interval '1.000001 second'");
    }

    private Sql() {}

    /** Replaces {@code {PIECE expression}} by the piece for that expression, and {@code {PIECE}} by the one for n. */
    static String of(String template) {
        String sql = template;
        for (Map.Entry<String, String> piece : PIECES.entrySet()) {
            String open = "{" + piece.getKey();
            for (int at = sql.indexOf(open); at >= 0; at = sql.indexOf(open, at)) {
                int end = sql.indexOf('}', at);
                String expression = sql.substring(at + open.length(), end).trim();
                String text = "(" + piece.getValue().replace("#", expression.isEmpty() ? "n" : expression) + ")";
                sql = sql.substring(0, at) + text + sql.substring(end + 1);
            }
        }
        return sql;
    }

    /** Runs a statement of {@link #of} with these numbers; the count of rows that it changed. */
    static long run(Connection connection, String sql, long... numbers) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < numbers.length; i++) {
                statement.setLong(i + 1, numbers[i]);
            }
            return statement.executeLargeUpdate();
        }
    }
}
