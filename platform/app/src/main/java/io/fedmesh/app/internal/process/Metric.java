package io.fedmesh.app.internal.process;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One sample of Prometheus' text format.
 *
 * @param name begins with {@code mesh_} and ends with its unit; counters end with {@code _total}
 * @param help one line for people
 * @param labels by name; never a record's value
 */
public record Metric(String name, Kind kind, String help, Map<String, String> labels, double value) {
    /** How samples of the name add up. */
    public enum Kind {
        COUNTER,
        GAUGE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Metric {
        if (!name.matches("mesh_[a-z0-9_]+")) {
            throw new IllegalArgumentException("'name' must match mesh_[a-z0-9_]+ but was '" + name + "'");
        }
        labels = Map.copyOf(labels);
    }

    public static Metric counter(String name, String help, Map<String, String> labels, double value) {
        return new Metric(name, Kind.COUNTER, help, labels, value);
    }

    public static Metric gauge(String name, String help, Map<String, String> labels, double value) {
        return new Metric(name, Kind.GAUGE, help, labels, value);
    }

    /** All samples in Prometheus' text format 0.0.4, those of one name together. */
    static String text(Iterable<Metric> metrics) {
        Map<String, StringBuilder> byName = new TreeMap<>();
        for (Metric metric : metrics) {
            StringBuilder block = byName.computeIfAbsent(
                    metric.name,
                    name -> new StringBuilder()
                            .append("# HELP ")
                            .append(name)
                            .append(' ')
                            .append(metric.help)
                            .append("\n# TYPE ")
                            .append(name)
                            .append(' ')
                            .append(metric.kind)
                            .append('\n'));
            metric.appendTo(block);
        }
        return String.join("", byName.values());
    }

    private void appendTo(StringBuilder block) {
        block.append(name);
        if (!labels.isEmpty()) {
            char separator = '{';
            for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
                block.append(separator)
                        .append(label.getKey())
                        .append("=\"")
                        .append(escape(label.getValue()))
                        .append('"');
                separator = ',';
            }
            block.append('}');
        }
        block.append(' ').append(number(value)).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value)
                        .toUpperCase(Locale.ROOT)
                        .replace("NAN", "NaN")
                        .replace("INFINITY", "Inf");
    }

    private static String escape(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
