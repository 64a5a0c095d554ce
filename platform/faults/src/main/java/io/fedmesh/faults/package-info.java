/** The fault campaign: a whole mesh on this machine, faults drawn by seed, the ledger checked after each schedule. */
@NullMarked
package io.fedmesh.faults;

import org.jspecify.annotations.NullMarked;
