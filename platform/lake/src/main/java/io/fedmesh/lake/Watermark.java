package io.fedmesh.lake;

import io.fedmesh.wire.Version;
import java.time.Instant;

/**
 * How far a table is complete for one partition of its product's topic: it holds what became of every change of that
 * partition whose version is not above this one. It moves only when records come: where the table's offset is the end of
 * the partition, it is complete up to wherever the topic's writer is.
 *
 * @param version the highest version of the partition's records that were read, refused ones left out
 * @param time when the source committed that change; of a derived product, the record's timestamp
 */
public record Watermark(Version version, Instant time) {
    /** The higher of two versions. */
    public Watermark max(Watermark other) {
        return version.compareTo(other.version) >= 0 ? this : other;
    }
}
