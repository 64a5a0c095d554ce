package io.fedmesh.app.simulation;

import io.fedmesh.testkit.ledger.Finding.Kind;

/**
 * A mistake, and what the oracle must say about it.
 *
 * @param name what is done wrong
 * @param wiring does it
 * @param expected the finding that names it
 */
record PlantedBug(String name, Wiring wiring, Kind expected) {}
