package io.fedmesh.contract;

import java.util.Locale;

/** How much harm disclosure does, in rising order. */
public enum Classification {
    PUBLIC,
    INTERNAL,
    CONFIDENTIAL,
    RESTRICTED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
