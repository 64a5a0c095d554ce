package io.fedmesh.govern.identity;

import io.fedmesh.govern.Principal;

/** Tells who somebody is. Thread-safe. */
public interface Authenticator {
    /**
     * The person whose token it is.
     *
     * @return its stable subject id, a person of the directory of this moment
     * @throws IdentityRefusedException whenever that is not beyond doubt
     */
    Principal authenticate(Token token) throws IdentityRefusedException;
}
