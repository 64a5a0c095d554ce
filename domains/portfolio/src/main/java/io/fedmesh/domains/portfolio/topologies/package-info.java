/** What the domain portfolio computes. */
@NullMarked
package io.fedmesh.domains.portfolio.topologies;

import org.jspecify.annotations.NullMarked;
