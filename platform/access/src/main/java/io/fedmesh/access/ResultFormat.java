package io.fedmesh.access;

import io.fedmesh.access.internal.CsvWriter;
import io.fedmesh.access.internal.JsonWriter;
import io.fedmesh.access.internal.TableWriter;
import java.io.IOException;

/** How a result is written. */
public enum ResultFormat {
    /** Lines for people: aligned, wide texts cut, control characters shown as U+FFFD. */
    TABLE,
    /** RFC 4180: CRLF, a header, quotes where needed; null is empty, an empty text is {@code ""}. */
    CSV,
    /**
     * One object in one line: {@code {"columns":[names],"rows":[[values]],"truncated":false}}. Exact numbers are written
     * digit by digit, times as ISO-8601, bytes as Base64.
     */
    JSON;

    /** Writes the whole result, with a line break at its end. */
    public void write(QueryResult result, Appendable out) throws IOException {
        switch (this) {
            case TABLE -> TableWriter.write(result, out);
            case CSV -> CsvWriter.write(result, out);
            case JSON -> JsonWriter.write(result, out);
        }
    }
}
