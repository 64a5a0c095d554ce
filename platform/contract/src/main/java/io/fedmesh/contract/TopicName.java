package io.fedmesh.contract;

import java.util.Locale;

/**
 * {@code <domain>.<visibility>.<product>.<kind>.v<major>}. A value: equal when all parts are equal; {@link #toString()}
 * is the name on the broker and {@link #parse} reads it back.
 */
public record TopicName(String domain, Visibility visibility, String product, Kind kind, int major) {

    /** Who may ask for the topic: any domain, named domains, the owner alone. */
    public enum Visibility {
        PUBLIC,
        PROTECTED,
        PRIVATE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the topic holds. */
    public enum Kind {
        /** State events from change data capture. */
        STATE,
        /** State events computed by a topology. */
        DERIVED,
        /** Refused records with their cause. */
        REJECTED,
        /** Audit events; never compacted. */
        AUDIT,
        /** Positions and other bookkeeping of the platform. */
        INTERNAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public TopicName {
        Names.part("domain", domain);
        Names.part("product", product);
        if (major < 1 || major > 9999) {
            throw new IllegalArgumentException("'major' must be 1 to 9999 but was " + major);
        }
        Names.join(domain, visibility.toString(), product, kind.toString(), "v" + major);
    }

    /** Reads a topic's name; refuses anything outside the grammar with {@link IllegalArgumentException}. */
    public static TopicName parse(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 5 || !parts[4].matches("v[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException(
                    "a topic must be named <domain>.<visibility>.<product>.<kind>.v<major> but was '"
                            + Names.shown(name) + "'");
        }
        return new TopicName(
                parts[0],
                constant(Visibility.values(), "visibility", parts[1]),
                parts[2],
                constant(Kind.values(), "kind", parts[3]),
                Integer.parseInt(parts[4].substring(1)));
    }

    /** The product whose data the topic carries. */
    public ProductName productName() {
        return new ProductName(domain, product);
    }

    /** The subject of the topic's values: TopicNameStrategy. */
    public String subject() {
        return this + "-value";
    }

    /** Where the records of this topic go that are refused: same product and major, private to the owner. */
    public TopicName rejected() {
        return new TopicName(domain, Visibility.PRIVATE, product, Kind.REJECTED, major);
    }

    @Override
    public String toString() {
        return domain + "." + visibility + "." + product + "." + kind + ".v" + major;
    }

    private static <E extends Enum<E>> E constant(E[] values, String what, String text) {
        for (E value : values) {
            if (value.toString().equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("'" + what + "' must be one of " + java.util.Arrays.toString(values)
                + " but was '" + Names.shown(text) + "'");
    }
}
