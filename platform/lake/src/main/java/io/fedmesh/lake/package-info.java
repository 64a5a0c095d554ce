/** Topic records become encrypted Iceberg snapshots; the catalog that guards them, and the way to read them. */
@NullMarked
package io.fedmesh.lake;

import org.jspecify.annotations.NullMarked;
