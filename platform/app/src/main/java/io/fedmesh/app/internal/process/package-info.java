/** What runs long: components, their health, a clean end. */
@NullMarked
package io.fedmesh.app.internal.process;

import org.jspecify.annotations.NullMarked;
