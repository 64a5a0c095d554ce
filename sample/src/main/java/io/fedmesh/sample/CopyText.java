package io.fedmesh.sample;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Rows in the text format of PostgreSQL's COPY. */
final class CopyText {
    private static final Instant BEGIN = Instant.parse("2026-01-05T08:00:00.000123Z");
    private final StringBuilder text = new StringBuilder();
    private boolean inRow;

    /** One value; null is null. */
    CopyText field(@Nullable String value) {
        if (inRow) {
            text.append('\t');
        }
        inRow = true;
        if (value == null) {
            text.append("\\N");
            return this;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(c);
            }
        }
        return this;
    }

    CopyText field(long value) {
        return field(Long.toString(value));
    }

    void endRow() {
        text.append('\n');
        inRow = false;
    }

    /** All columns of the table, in its order; the count of rows. */
    long copyInto(Connection connection, String table) throws SQLException, IOException {
        return connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + table + " from stdin", new StringReader(text.toString()));
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** The same moment as SQL's. */
    static String moment(long tick) {
        return BEGIN.plus(tick * 1_000_001L, ChronoUnit.MICROS).toString();
    }

    static String projectId(long number) {
        return String.format("P-%06d", number) + (number % 97 == 0 ? "|x\\y" : "");
    }

    static String contractorId(long number) {
        return String.format("C-%05d", number);
    }
}
