/** How contracts become topics and grants, and how these reach the brokers. */
@NullMarked
package io.fedmesh.govern.internal;

import org.jspecify.annotations.NullMarked;
