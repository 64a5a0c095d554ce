package io.fedmesh.access.reconcile;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Counts keys, and names the first of them by hash. */
final class Differences {
    private final List<String> names = new ArrayList<>();
    private long count;

    /** Takes the first half of a key's hash. */
    void add(long key0) {
        count++;
        if (names.size() < ReconcileReport.MAX_KEYS) {
            names.add(HexFormat.of().toHexDigits(key0));
        }
    }

    long count() {
        return count;
    }

    List<String> names() {
        return names;
    }
}
