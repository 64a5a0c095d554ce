package io.fedmesh.govern.internal.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How records of a partition hang together: each carries its sequence, the hash of the one before, and its own, which is
 * SHA-384 over an encoding that can be read in one way only. Every text and the value have their length in front; the
 * topic and the partition are part of it, so that a record means nothing anywhere else.
 */
final class Chain {
    private static final byte[] TAG = "fedmesh audit record v1".getBytes(StandardCharsets.US_ASCII);

    private Chain() {}

    /** The hash of a record; {@link Hash#NONE} is before the first. */
    static Hash hash(String topic, int partition, long sequence, Hash previous, byte[] value) {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = ByteBuffer.allocate(Integer.BYTES * 4 + TAG.length + name.length + Long.BYTES + Hash.BYTES);
        head.putInt(TAG.length).put(TAG);
        head.putInt(name.length).put(name);
        head.putInt(partition).putLong(sequence).put(previous.bytes());
        head.putInt(value.length);
        return Hash.of(head.array(), value);
    }
}
