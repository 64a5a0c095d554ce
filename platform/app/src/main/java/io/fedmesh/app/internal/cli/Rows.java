package io.fedmesh.app.internal.cli;

import io.fedmesh.access.QueryResult;
import io.fedmesh.access.ResultFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that a command makes row by row; numbers and truth values stay what they are, all else becomes its text. */
final class Rows {
    private final List<QueryResult.Column> columns;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    Rows(String... columns) {
        this.columns = Arrays.stream(columns)
                .map(name -> new QueryResult.Column(name, "VARCHAR"))
                .toList();
    }

    /** Adds a row; as many cells as columns. */
    Rows add(@Nullable Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("a row must have " + columns.size() + " cells but had " + cells.length);
        }
        List<@Nullable Object> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell == null || cell instanceof Number || cell instanceof Boolean ? cell : cell.toString());
        }
        rows.add(row);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** One map a row, by column. */
    List<Map<String, @Nullable Object>> objects() {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i).name(), row.get(i));
            }
            objects.add(object);
        }
        return objects;
    }

    void print(ResultFormat format, Appendable out) {
        print(new QueryResult(columns, rows, false), format, out);
    }

    static void print(QueryResult result, ResultFormat format, Appendable out) {
        try {
            format.write(result, out);
        } catch (IOException e) {
            throw new UncheckedIOException("[standard output] must be writable but was not", e);
        }
    }
}
