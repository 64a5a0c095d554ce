package io.fedmesh.app.internal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An answer of rows and columns, printed as a table for people, as CSV (RFC 4180) or as JSON (one array of objects).
 * Numbers stand at the right, null is empty in a table and in CSV.
 */
final class Rows {
    static final ObjectMapper JSON = new ObjectMapper()
            .configure(SerializationFeature.FAIL_ON_EMPTY_BEANS, false)
            .enable(com.fasterxml.jackson.core.JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);

    private static final int MAX_CELL = 60;

    private final List<String> columns;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    Rows(String... columns) {
        this(List.of(columns));
    }

    Rows(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    /** Adds a row; as many cells as columns. */
    Rows add(@Nullable Object... cells) {
        List<@Nullable Object> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell);
        }
        return add(row);
    }

    Rows add(List<@Nullable Object> row) {
        if (row.size() != columns.size()) {
            throw new IllegalArgumentException("a row must have " + columns.size() + " cells but had " + row.size());
        }
        rows.add(row);
        return this;
    }

    void print(OutputFormat format, PrintStream out) {
        switch (format) {
            case TABLE -> table().forEach(out::println);
            case CSV -> csv().forEach(line -> out.print(line + "\r\n"));
            case JSON -> out.println(json());
        }
    }

    /** Lines of a table with a header. */
    List<String> table() {
        int[] widths = new int[columns.size()];
        List<List<String>> texts = new ArrayList<>();
        texts.add(columns);
        for (List<@Nullable Object> row : rows) {
            texts.add(row.stream().map(Rows::cell).collect(Collectors.toList()));
        }
        for (List<String> line : texts) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(
                        widths[i], line.get(i).codePointCount(0, line.get(i).length()));
            }
        }
        List<String> lines = new ArrayList<>();
        for (int r = 0; r < texts.size(); r++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String text = texts.get(r).get(i);
                String padding = " ".repeat(widths[i] - text.codePointCount(0, text.length()));
                line.append(i == 0 ? "" : "  ").append(numeric(i) ? padding + text : text + padding);
            }
            lines.add(line.toString().stripTrailing());
            if (r == 0) {
                lines.add("-".repeat(Math.max(1, java.util.Arrays.stream(widths).sum() + 2 * (widths.length - 1))));
            }
        }
        return lines;
    }

    private List<String> csv() {
        List<String> lines = new ArrayList<>();
        lines.add(columns.stream().map(Rows::quoted).collect(Collectors.joining(",")));
        for (List<@Nullable Object> row : rows) {
            lines.add(row.stream()
                    .map(value -> value == null ? "" : quoted(plain(value)))
                    .collect(Collectors.joining(",")));
        }
        return lines;
    }

    private String json() {
        return write(objects());
    }

    /** One map a row, values as JSON knows them. */
    List<Map<String, @Nullable Object>> objects() {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i), jsonValue(row.get(i)));
            }
            objects.add(object);
        }
        return objects;
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Numbers and truth values stay what they are, lists too, anything else is its text. */
    static @Nullable Object jsonValue(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Rows::jsonValue).collect(Collectors.toList());
        }
        return value.toString();
    }

    private boolean numeric(int column) {
        boolean any = false;
        for (List<@Nullable Object> row : rows) {
            Object value = row.get(column);
            if (value != null && !(value instanceof Number)) {
                return false;
            }
            any |= value != null;
        }
        return any;
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        StringBuilder clean = new StringBuilder();
        plain(value).codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(clean::appendCodePoint);
        return clean.codePointCount(0, clean.length()) <= MAX_CELL
                ? clean.toString()
                : clean.substring(0, clean.offsetByCodePoints(0, MAX_CELL - 1)) + "…";
    }

    private static String plain(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    private static String quoted(String text) {
        boolean quote =
                text.indexOf(',') >= 0 || text.indexOf('"') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
        return quote ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
