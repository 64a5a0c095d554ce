/** Contracts become topics, subjects and grants; a question becomes a decision. */
@NullMarked
package io.fedmesh.govern;

import org.jspecify.annotations.NullMarked;
