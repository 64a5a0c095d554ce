package io.fedmesh.lake.internal;

/** Bytes that do not follow their schema. The message is a fixed text and holds no value. */
final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message, null, false, false);
    }
}
