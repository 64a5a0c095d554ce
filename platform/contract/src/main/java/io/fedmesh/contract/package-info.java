/** Names, contracts, schemas and verdicts: what may be published, by whom and in which shape. */
@NullMarked
package io.fedmesh.contract;

import org.jspecify.annotations.NullMarked;
