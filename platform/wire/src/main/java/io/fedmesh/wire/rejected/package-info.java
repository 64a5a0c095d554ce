/** What was refused, and its way back: listing, looking, replaying and discarding the records of rejected topics. */
@NullMarked
package io.fedmesh.wire.rejected;

import org.jspecify.annotations.NullMarked;
