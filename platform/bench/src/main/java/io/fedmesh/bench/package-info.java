/** Measures the mesh beside its peers, on this machine, in one run: {@code mesh bench}. Nothing depends on it. */
@NullMarked
package io.fedmesh.bench;

import org.jspecify.annotations.NullMarked;
