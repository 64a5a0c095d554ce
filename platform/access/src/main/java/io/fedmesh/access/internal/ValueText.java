package io.fedmesh.access.internal;

import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A value as text: numbers plain, times as ISO-8601, bytes as Base64, lists and maps as JSON. Stateless. */
final class ValueText {
    private ValueText() {}

    static String of(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof List<?> || value instanceof Map<?, ?>) {
            return JsonWriter.text(value);
        }
        return value.toString();
    }
}
