package io.fedmesh.bench.internal.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An answer as a table for people, or as one JSON object on the last line for programs. */
public final class Report {
    /** How it is printed. */
    public enum Format {
        TABLE,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param header the columns' names; the first column is text, the others are numbers */
    public Report(String... header) {
        this.header = List.of(header);
    }

    /** Adds a row: numbers are rounded to three digits or to whole ones, null is shown as a dash. */
    public void add(@org.jspecify.annotations.Nullable Object... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("a row must have " + header.size() + " cells but had " + cells.length);
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell == null ? "-" : cell instanceof Number number ? rounded(number) : cell.toString());
        }
        rows.add(row);
    }

    /** Three digits, whole numbers in full. */
    public static String rounded(Number number) {
        double value = number.doubleValue();
        if (number instanceof Long || number instanceof Integer || Math.abs(value) >= 100) {
            return String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }

    /** The table, columns aligned. */
    public void print(PrintWriter out) {
        int[] widths = new int[header.size()];
        List<List<String>> all = new ArrayList<>();
        all.add(header);
        all.addAll(rows);
        all.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + pad : "  " + pad + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** One object on one line. */
    public static String json(Map<String, ?> object) {
        try {
            return JSON.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a report must be maps, lists, texts and numbers", e);
        }
    }
}
