package io.fedmesh.access.internal;

import io.fedmesh.access.QueryResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A result for people. Stateless. */
public final class TableWriter {
    private static final int MAX_WIDTH = 60;

    private TableWriter() {}

    /** Writes header, rule, rows and, when rows were cut off, a line that says so. */
    public static void write(QueryResult result, Appendable out) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        lines.add(result.columns().stream().map(c -> cell(c.name())).toList());
        for (List<@Nullable Object> row : result.rows()) {
            List<String> line = new ArrayList<>();
            for (Object value : row) {
                line.add(value == null ? "null" : cell(ValueText.of(value)));
            }
            lines.add(line);
        }
        int[] widths = new int[result.columns().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        boolean[] right = right(result);
        line(lines.get(0), widths, right, out);
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("-".repeat(width));
        }
        line(rule, widths, right, out);
        for (List<String> line : lines.subList(1, lines.size())) {
            line(line, widths, right, out);
        }
        if (result.truncated()) {
            out.append("(more rows than ")
                    .append(String.valueOf(result.rows().size()))
                    .append(": cut off)\n");
        }
    }

    /** Columns of numbers stand at the right. */
    private static boolean[] right(QueryResult result) {
        boolean[] right = new boolean[result.columns().size()];
        for (int i = 0; i < right.length; i++) {
            int column = i;
            right[i] =
                    result.rows().stream().map(row -> row.get(column)).allMatch(v -> v == null || v instanceof Number)
                            && !result.rows().isEmpty();
        }
        return right;
    }

    private static void line(List<String> cells, int[] widths, boolean[] right, Appendable out) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            if (i > 0) {
                line.append("  ");
            }
            String pad = " ".repeat(widths[i] - width(cells.get(i)));
            line.append(right[i] ? pad + cells.get(i) : cells.get(i) + pad);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    /** Without anything that a terminal would obey, and not too wide. */
    private static String cell(String text) {
        StringBuilder cell = new StringBuilder();
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (width == MAX_WIDTH - 1 && i < text.length()) {
                return cell.append('…').toString();
            }
            int type = Character.getType(c);
            boolean shown = type != Character.CONTROL
                    && type != Character.FORMAT
                    && type != Character.SURROGATE
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR;
            cell.appendCodePoint(shown ? c : '�');
            width++;
        }
        return cell.toString();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
