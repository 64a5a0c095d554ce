package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** What the rules look at: an image, or one in the making. */
interface View {
    /** Number of the next event. */
    long sequence();

    /** Hash of the last event, or {@link Event#NONE}. */
    String head();

    /** When the last event was; nothing is older. */
    Instant time();

    Directory directory();

    Optional<Agreement> agreement(String id);

    Collection<Agreement> agreements();

    /** The subject that an alias ever meant; it means no other. */
    Optional<String> bound(String alias);

    /** The product, if there is one today. */
    default Optional<Directory.Product> product(ProductName name) {
        return Optional.ofNullable(directory().products().get(name));
    }
}
