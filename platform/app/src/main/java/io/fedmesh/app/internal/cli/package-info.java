/** The {@code mesh} command line: one class a command, and how answers are printed. */
@NullMarked
package io.fedmesh.app.internal.cli;

import org.jspecify.annotations.NullMarked;
