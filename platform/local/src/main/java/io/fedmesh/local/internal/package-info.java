/** Processes, folders, ports and certificates behind the local parts. */
@NullMarked
package io.fedmesh.local.internal;

import org.jspecify.annotations.NullMarked;
