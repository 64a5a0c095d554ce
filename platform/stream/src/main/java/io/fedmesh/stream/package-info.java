/** State topics to derived topics: what a domain's topologies are given, and how they are run. */
@NullMarked
package io.fedmesh.stream;

import org.jspecify.annotations.NullMarked;
