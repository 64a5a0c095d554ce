package io.fedmesh.contract;

import java.nio.file.Path;
import java.util.List;

/**
 * A database that a domain captures from: {@code domains/<domain>/sources/<name>.yaml}. How to reach it (address, user,
 * password) is the process's configuration, never the repository's.
 *
 * @param domain the owning domain
 * @param name name within the domain, one part of the grammar
 * @param connection logical name of the database that the process's configuration resolves; two domains may share one
 * @param heartbeatTable {@code schema.table} of the heartbeat table that keeps the slot moving on a quiet source; its
 *     columns are {@code source text primary key, beat_at timestamptz not null}
 * @param truncate what a TRUNCATE of a captured table means
 * @param file the source's file, relative to the repository's root
 */
public record Source(
        String domain, String name, String connection, String heartbeatTable, Truncate truncate, Path file) {

    /** What a TRUNCATE of a captured table means. */
    public enum Truncate {
        /** A tombstone for every live key. */
        TOMBSTONES,
        /** Capture stops with a clear message. */
        REFUSE
    }

    /** Name of the replication slot, at most 63 characters of {@code [a-z0-9_]}. */
    public String slot() {
        return "mesh_" + (domain + "__" + name).replace('-', '_');
    }

    /** Name of the publication. */
    public String publication() {
        return slot();
    }

    /** The compacted, private topic that holds the source's position. */
    public TopicName positionTopic() {
        return new TopicName(domain, TopicName.Visibility.PRIVATE, name, TopicName.Kind.INTERNAL, 1);
    }

    /** The contracts among these that this source feeds, in the order given. */
    public List<Contract> products(List<Contract> contracts) {
        return contracts.stream()
                .filter(c -> c.name().domain().equals(domain)
                        && c.origin() instanceof Contract.Captured captured
                        && captured.source().equals(name))
                .toList();
    }
}
