/** How the campaign is made. */
@NullMarked
package io.fedmesh.faults.internal;

import org.jspecify.annotations.NullMarked;
