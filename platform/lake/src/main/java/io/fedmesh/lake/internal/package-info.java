/** How the lake does it. Public only where Java or a simulation needs it. */
@NullMarked
package io.fedmesh.lake.internal;

import org.jspecify.annotations.NullMarked;
