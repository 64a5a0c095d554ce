/** What stands, what should, and the way from one to the other. */
@NullMarked
package io.fedmesh.govern.internal.plan;

import org.jspecify.annotations.NullMarked;
