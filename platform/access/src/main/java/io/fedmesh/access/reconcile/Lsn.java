package io.fedmesh.access.reconcile;

import java.util.Locale;

/** A position of PostgreSQL's log. Stateless. */
final class Lsn {
    private Lsn() {}

    /** As PostgreSQL writes it: two hexadecimal numbers. */
    static String text(long lsn) {
        return String.format(Locale.ROOT, "%X/%X", lsn >>> 32, lsn & 0xffffffffL);
    }

    /** Reads {@link #text}. */
    static long parse(String text) {
        int slash = text.indexOf('/');
        return Long.parseLong(text.substring(0, slash), 16) << 32 | Long.parseLong(text.substring(slash + 1), 16);
    }
}
