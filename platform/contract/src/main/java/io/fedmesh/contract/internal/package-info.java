/** How contracts are read and checked; callers use {@link io.fedmesh.contract.Contracts}. */
@NullMarked
package io.fedmesh.contract.internal;

import org.jspecify.annotations.NullMarked;
