package io.fedmesh.faults.internal;

import java.util.random.RandomGenerator;

/**
 * A kind of fault.
 *
 * @param catalogue its number in the catalogue of faults, for example {@code F8}
 * @param name what happens, for people
 * @param beginning begins it
 */
record Fault(String catalogue, String name, Beginning beginning) {
    /** Begins a fault; the random numbers decide victim, place and length. */
    interface Beginning {
        Strike begin(FaultyMesh mesh, RandomGenerator random);
    }

    @Override
    public String toString() {
        return catalogue + " " + name;
    }
}
