package io.fedmesh.govern.identity;

/** Nobody knows who shows this: says what must hold, never any of what was shown. The caller denies. */
public final class IdentityRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    IdentityRefusedException(String message) {
        super(message);
    }
}
