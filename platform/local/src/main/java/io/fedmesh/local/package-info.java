/** A whole mesh on one machine: real Kafka, PostgreSQL, registry and S3. */
@NullMarked
package io.fedmesh.local;

import org.jspecify.annotations.NullMarked;
