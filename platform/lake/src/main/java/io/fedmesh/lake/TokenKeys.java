package io.fedmesh.lake;

import org.jspecify.annotations.Nullable;

/** Where the domains' keys of tokens come from: a secret store of the process. Thread-safe. */
@FunctionalInterface
public interface TokenKeys {
    /** No domain has a key: a product with a tokenised field is refused. */
    TokenKeys NONE = domain -> null;

    /**
     * The key of a domain, {@link Tokens#MIN_KEY_BYTES} bytes or more, the caller's own copy; null when it has none.
     *
     * @throws IllegalStateException when there is one and it cannot be read; the message never shows it
     */
    byte @Nullable [] key(String domain);
}
