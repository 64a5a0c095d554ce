/** What every measurement needs: child JVMs, their processor time and memory, statistics and reports. */
@NullMarked
package io.fedmesh.bench.internal.measure;

import org.jspecify.annotations.NullMarked;
