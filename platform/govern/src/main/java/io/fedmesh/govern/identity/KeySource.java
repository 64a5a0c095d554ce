package io.fedmesh.govern.identity;

import java.io.IOException;

/** Where an issuer's keys are had from, as RFC 7517 (section 5) writes them. */
public interface KeySource {
    /** More than any issuer's keys, in bytes. */
    int MAX_BYTES = 256 * 1024;

    /**
     * Reads them anew; of bounded size and in bounded time.
     *
     * @throws IOException when they cannot be had
     */
    byte[] read() throws IOException;
}
