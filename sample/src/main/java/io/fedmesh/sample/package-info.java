/** The sample story: a source database of construction management and the work that changes it. */
@NullMarked
package io.fedmesh.sample;

import org.jspecify.annotations.NullMarked;
