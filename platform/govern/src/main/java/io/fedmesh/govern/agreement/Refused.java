package io.fedmesh.govern.agreement;

/**
 * A record of the log that counts for nothing.
 *
 * @param offset where it stands
 * @param cause what must hold and was not so; holds no more of the record than names
 */
public record Refused(long offset, String cause) {}
