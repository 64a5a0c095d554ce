package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * One partition of the log as its only writer has it. To open it fences whoever wrote before; after any exception it is
 * closed, and what stands is read again when it is opened. Not thread-safe.
 */
interface LogPartition extends AutoCloseable {
    /** Whether it can be written to, as far as anybody knows here. */
    boolean isOpen();

    /** The end of the log; only while it is open. */
    LogEnd end();

    /**
     * Takes the partition over and reads its end.
     *
     * @return by its bytes what stands there since the newest checkpoint, or since the last commit that may have failed if
     *     that was earlier
     * @throws IllegalStateException when the log does not continue its newest checkpoint
     */
    Map<ByteBuffer, Link> open();

    /** Writes all of them or none, in this order; after an exception nobody knows which. */
    List<Link> commit(List<byte[]> values);

    @Override
    void close();
}
