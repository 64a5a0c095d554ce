package io.fedmesh.sample;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Numbers that no row has had, from the database's sequences. One thread takes them. */
enum Numbers {
    PROJECT("projects.project_number"),
    TASK("projects.task_number"),
    TICK("projects.tick"),
    CONTRACTOR("financials.contractor_number"),
    INVOICE("financials.invoice_number"),
    LINE("financials.line_number");

    private final String sequence;

    Numbers(String sequence) {
        this.sequence = sequence;
    }

    /** The next {@code count} of them. */
    Block take(Connection connection, long count) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select setval(?::regclass, nextval(?::regclass) + ?)")) {
            statement.setString(1, sequence);
            statement.setString(2, sequence);
            statement.setLong(3, count - 1);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long last = row.getLong(1);
                return new Block(last - count + 1, last + 1);
            }
        }
    }
}
