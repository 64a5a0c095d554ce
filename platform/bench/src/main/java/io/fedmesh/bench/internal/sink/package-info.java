/** {@code mesh bench sink}: floor, peer and our own sink on one topic, each in a JVM of its own. */
@NullMarked
package io.fedmesh.bench.internal.sink;

import org.jspecify.annotations.NullMarked;
