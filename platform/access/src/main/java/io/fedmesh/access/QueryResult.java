package io.fedmesh.access;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows with named, typed columns. A value is null or one of: Boolean, Integer, Long, Short, Byte, BigInteger, BigDecimal,
 * Float, Double, String, byte[], LocalDate, LocalTime, LocalDateTime, Instant (a point in time), UUID, List of values, Map
 * of text to value.
 *
 * @param rows each as long as {@code columns}
 * @param truncated whether there were more rows than the limit
 */
public record QueryResult(List<Column> columns, List<List<@Nullable Object>> rows, boolean truncated) {
    /**
     * A column.
     *
     * @param type the engine's name of the type, for example {@code DECIMAL(15,2)}
     */
    public record Column(String name, String type) {}

    public QueryResult {
        columns = List.copyOf(columns);
        rows = Collections.unmodifiableList(new ArrayList<>(rows));
    }
}
