/** The core that decides, its ports, and what stands behind them: Debezium, PostgreSQL, Kafka. */
@NullMarked
package io.fedmesh.cdc.internal;

import org.jspecify.annotations.NullMarked;
