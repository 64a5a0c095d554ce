/** Source and table, compared key by key at one position of the source, while writes go on. */
@NullMarked
package io.fedmesh.access.reconcile;

import org.jspecify.annotations.NullMarked;
