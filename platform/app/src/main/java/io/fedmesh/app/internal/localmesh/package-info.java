/** The whole mesh on one machine: supervisor, parts, worker, run state. */
@NullMarked
package io.fedmesh.app.internal.localmesh;

import org.jspecify.annotations.NullMarked;
