/** A topology's test: driver, golden description, the domain's own checks. */
@NullMarked
package io.fedmesh.testkit;

import org.jspecify.annotations.NullMarked;
