/** {@code mesh bench cdc}: the capture beside Debezium's own engine, and its latency. */
@NullMarked
package io.fedmesh.bench.internal.cdc;

import org.jspecify.annotations.NullMarked;
