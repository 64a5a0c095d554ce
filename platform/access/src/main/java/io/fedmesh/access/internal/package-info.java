/** How a question is checked, loaded and answered. */
@NullMarked
package io.fedmesh.access.internal;

import org.jspecify.annotations.NullMarked;
