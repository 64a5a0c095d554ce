/** Named places in production code at which a fault campaign makes a process die, fail or wait. Off unless armed. */
@NullMarked
package io.fedmesh.contract.failpoint;

import org.jspecify.annotations.NullMarked;
