package io.fedmesh.sample;

import java.util.Random;

/**
 * A run of numbers whose rows exist, at least in part: a step picks its rows as a window of one.
 *
 * @param from first number
 * @param to one past the last
 */
record Block(long from, long to) {
    Block {
        if (from >= to) {
            throw new IllegalArgumentException("a block must hold a number but was " + from + " to " + to);
        }
    }

    long size() {
        return to - from;
    }

    /** A part of at most {@code most} numbers, somewhere. */
    Block window(long most, Random random) {
        if (size() <= most) {
            return this;
        }
        long start = from + (long) (random.nextDouble() * (size() - most + 1));
        return new Block(start, start + most);
    }
}
