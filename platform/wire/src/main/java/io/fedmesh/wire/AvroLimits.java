package io.fedmesh.wire;

import java.util.List;

/**
 * Avro's own limits on what a decoder may allocate. Avro reads them from system properties once, when its classes load,
 * so that they can only be demanded, not set: without them a value of six bytes can ask for two gigabytes.
 */
public final class AvroLimits {
    /** The properties that the JVM must be started with. */
    public static final List<String> PROPERTIES = List.of(
            "org.apache.avro.limits.bytes.maxLength",
            "org.apache.avro.limits.string.maxLength",
            "org.apache.avro.limits.collectionItems.maxLength");

    /** Largest accepted limit: 64 Mi bytes or items. */
    public static final int MAX = 64 << 20;

    private AvroLimits() {}

    /**
     * Demands that every limit is set to 1 to {@link #MAX}.
     *
     * @throws IllegalStateException naming the first property that is not
     */
    public static void demand() {
        for (String property : PROPERTIES) {
            String value = System.getProperty(property);
            if (!isWithinLimit(value)) {
                throw new IllegalStateException("[wire] the JVM must be started with -D" + property + " of 1 to " + MAX
                        + " but it was '" + value + "'");
            }
        }
    }

    private static boolean isWithinLimit(@org.jspecify.annotations.Nullable String value) {
        if (value == null) {
            return false;
        }
        try {
            int limit = Integer.parseInt(value);
            return limit >= 1 && limit <= MAX;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
