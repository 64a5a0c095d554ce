package io.fedmesh.bench.internal.sink;

import java.time.Instant;

/** This machine's clock, the same for all its processes, to the microsecond. */
final class WallClock {
    private WallClock() {}

    /** Milliseconds since 1970. */
    static double millis() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
    }
}
