/** A question becomes rows, or a refusal with its reason. */
@NullMarked
package io.fedmesh.access;

import org.jspecify.annotations.NullMarked;
