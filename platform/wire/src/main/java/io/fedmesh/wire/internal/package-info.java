/** How the wire does it: bodies of Avro and the registry's answers. */
@NullMarked
package io.fedmesh.wire.internal;

import org.jspecify.annotations.NullMarked;
