/** The chain of audit records, the tree over them, their signed heads, and the walk that finds what was altered. */
@NullMarked
package io.fedmesh.govern.internal.audit;

import org.jspecify.annotations.NullMarked;
