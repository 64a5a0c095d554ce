/** A whole mesh's third-party parts on one machine: each is a child process on loopback that ends with its parent. */
@NullMarked
package io.fedmesh.local;

import org.jspecify.annotations.NullMarked;
