/** What was decided and read, on a record that nobody can alter unseen. */
@NullMarked
package io.fedmesh.govern.audit;

import org.jspecify.annotations.NullMarked;
