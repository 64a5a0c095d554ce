package io.fedmesh.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What one lane knows to exist. What a transaction adds and takes away holds from its commit on; a rollback forgets it.
 * Bounded: the oldest go out of sight, their rows stay.
 */
final class Blocks<B> {
    private static final int MOST = 4_000;

    private final List<B> known = new ArrayList<>();
    private final List<B> added = new ArrayList<>();
    private final List<B> gone = new ArrayList<>();

    void add(B block) {
        added.add(block);
    }

    void remove(B block) {
        gone.add(block);
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    B any(Random random) {
        return known.get(random.nextInt(known.size()));
    }

    void commit() {
        gone.forEach(known::remove);
        known.addAll(added);
        while (known.size() > MOST) {
            known.remove(0);
        }
        rollback();
    }

    void rollback() {
        added.clear();
        gone.clear();
    }
}
