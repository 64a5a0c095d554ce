package io.fedmesh.lake.internal;

/**
 * Where a row stands.
 *
 * @param file location of its data file
 * @param position 0-based position in the file
 */
public record Place(String file, long position) {}
