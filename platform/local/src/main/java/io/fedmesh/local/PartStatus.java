package io.fedmesh.local;

/**
 * What an operator asks about a part.
 *
 * @param part {@code postgres}, {@code kafka}, {@code registry} or {@code s3}
 * @param address where clients reach it: {@code host:port} or a URL, on loopback
 * @param pid its process
 * @param healthy whether the process runs and accepts connections
 */
public record PartStatus(String part, String address, long pid, boolean healthy) {}
