/** What a fault campaign puts between a process and what it leans on: proxies, fronts, stand-ins that fail on command. */
@NullMarked
package io.fedmesh.testkit.faults;

import org.jspecify.annotations.NullMarked;
