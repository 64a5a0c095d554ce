/** Another engine that reads the lake: Spark, in a process of its own. */
@NullMarked
package io.fedmesh.spark;

import org.jspecify.annotations.NullMarked;
