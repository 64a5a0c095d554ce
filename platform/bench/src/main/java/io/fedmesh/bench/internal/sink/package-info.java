/**
 * {@code mesh bench sink}: floor, peer and our own sink on one topic, each in a JVM of its own. {@code mesh bench freshness}:
 * how long a change takes. {@code mesh bench read}: what its tables cost a reader.
 */
@NullMarked
package io.fedmesh.bench.internal.sink;

import org.jspecify.annotations.NullMarked;
