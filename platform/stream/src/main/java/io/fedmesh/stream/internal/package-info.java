/** Serdes, error handlers and settings of a topology. */
@NullMarked
package io.fedmesh.stream.internal;

import org.jspecify.annotations.NullMarked;
