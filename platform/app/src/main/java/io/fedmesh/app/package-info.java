/** Processes and the {@code mesh} command line: configuration, wiring, main. */
@NullMarked
package io.fedmesh.app;

import org.jspecify.annotations.NullMarked;
