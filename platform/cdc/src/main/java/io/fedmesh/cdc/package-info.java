/** A committed database change becomes a state event, exactly once. */
@NullMarked
package io.fedmesh.cdc;

import org.jspecify.annotations.NullMarked;
