package io.fedmesh.govern;

import io.fedmesh.contract.ProductName;

/**
 * The one place that decides whether a principal may read a product. Thread-safe. A caller treats every exception as a
 * deny.
 */
public interface AccessPolicy {
    /**
     * Decides.
     *
     * @param who asks
     * @param what is asked for
     * @param purpose why, in the words of the one who asks; not blank, or the answer is deny
     */
    Decision decide(Principal who, ProductName what, String purpose);
}
