/** {@code mesh bench streams}: keyed state under exactly-once, with our settings and with Kafka Streams' own. */
@NullMarked
package io.fedmesh.bench.internal.streams;

import org.jspecify.annotations.NullMarked;
