package io.fedmesh.bench.internal.sink;

import java.util.List;
import java.util.Locale;

/** One way to bring the topic into a table. */
enum Leg {
    /** Hand-written, the account's columns, bytes into column writers. */
    FLOOR_DIRECT,
    /** The same with the columns of a history table. */
    FLOOR_HISTORY,
    /** Hand-written, Avro's and Iceberg's generic records. */
    FLOOR_GENERIC,
    /** Apache Iceberg's sink in a Connect worker. */
    PEER,
    /** Our sink, history alone. */
    HISTORY,
    /** The same of a product whose fields are classified and tagged, one of them tokenised. */
    CHECKED,
    HISTORY_ENCRYPTED,
    /** Our sink, history and latest. */
    BOTH,
    BOTH_ENCRYPTED;

    /** Whether it is our sink. */
    boolean isOurs() {
        return this == HISTORY
                || this == CHECKED
                || this == HISTORY_ENCRYPTED
                || this == BOTH
                || this == BOTH_ENCRYPTED;
    }

    boolean hasLatest() {
        return this == BOTH || this == BOTH_ENCRYPTED;
    }

    boolean isEncrypted() {
        return this == HISTORY_ENCRYPTED || this == BOTH_ENCRYPTED;
    }

    /** Whether deletes are rows of its table. */
    boolean keepsDeletes() {
        return isOurs() || this == FLOOR_HISTORY;
    }

    /** The JVM that it runs in: a small heap and the serial collector, which two cores suit (not tried against others). */
    List<String> jvm() {
        return switch (this) {
            case FLOOR_DIRECT, FLOOR_HISTORY, FLOOR_GENERIC -> List.of("-Xmx768m", "-XX:+UseSerialGC");
            case PEER -> List.of("-Xmx1g", "-XX:+UseSerialGC");
            case HISTORY, CHECKED, HISTORY_ENCRYPTED, BOTH, BOTH_ENCRYPTED -> List.of("-Xmx512m", "-XX:+UseSerialGC");
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Leg parse(String name) {
        for (Leg leg : values()) {
            if (leg.toString().equals(name)) {
                return leg;
            }
        }
        throw new IllegalArgumentException("must be one of " + List.of(values()) + " but was '" + name + "'");
    }
}
