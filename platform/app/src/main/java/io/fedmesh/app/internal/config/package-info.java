/** A process's configuration: one checked file, secrets by reference. */
@NullMarked
package io.fedmesh.app.internal.config;

import org.jspecify.annotations.NullMarked;
