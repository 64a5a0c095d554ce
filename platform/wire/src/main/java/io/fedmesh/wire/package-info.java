/** Typed state to bytes on a topic, and back: Confluent framing, registry, CloudEvents headers, rejected records. */
@NullMarked
package io.fedmesh.wire;

import org.jspecify.annotations.NullMarked;
