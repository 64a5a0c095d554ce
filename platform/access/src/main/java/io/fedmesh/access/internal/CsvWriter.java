package io.fedmesh.access.internal;

import io.fedmesh.access.QueryResult;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A result as RFC 4180. Stateless. */
public final class CsvWriter {
    private CsvWriter() {}

    /** Writes header and rows. */
    public static void write(QueryResult result, Appendable out) throws IOException {
        line(result.columns().stream().map(QueryResult.Column::name).toList(), out);
        for (List<@Nullable Object> row : result.rows()) {
            line(row, out);
        }
    }

    private static void line(List<? extends @Nullable Object> values, Appendable out) throws IOException {
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            Object value = values.get(i);
            if (value != null) {
                field(ValueText.of(value), out);
            }
        }
        out.append("\r\n");
    }

    private static void field(String text, Appendable out) throws IOException {
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        if (plain) {
            out.append(text);
        } else {
            out.append('"').append(text.replace("\"", "\"\"")).append('"');
        }
    }
}
