/** What the domain financials computes. */
@NullMarked
package io.fedmesh.domains.financials.topologies;

import org.jspecify.annotations.NullMarked;
