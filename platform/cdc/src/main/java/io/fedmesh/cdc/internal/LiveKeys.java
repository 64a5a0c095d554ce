package io.fedmesh.cdc.internal;

import java.util.function.Consumer;

/** The keys that are alive on a product's topic: the last committed record of the key is not a tombstone. */
public interface LiveKeys {

    /**
     * Whether the topic never held a record that could be seen.
     *
     * @throws OutageException when the log cannot be reached
     */
    boolean isEmpty(Product product);

    /**
     * Tells each key that is alive when the call begins, once.
     *
     * @throws OutageException when the log cannot be reached; some keys may have been told
     */
    void forEach(Product product, Consumer<String> key);
}
