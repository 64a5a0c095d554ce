package io.fedmesh.wire.internal;

/** What the registry said for certain; everything uncertain is an exception. */
public sealed interface Answer<T> {
    /** It is there. */
    record Found<T>(T value) implements Answer<T> {}

    /** It is not there: a 404 with one of the API's own codes. */
    record Missing<T>(int code) implements Answer<T> {}

    /** It is not accepted: 409 or 422. The reason is the registry's own text, shortened. */
    record Refused<T>(String reason) implements Answer<T> {}
}
