package io.fedmesh.govern.agreement;

import java.util.List;

/**
 * Where events lie: one order for all, append only, never compacted. It need not know whether what is appended follows what
 * is there: of two events that claim the same place, the first one counts, and whoever reads decides the same.
 */
public interface GovernanceLog extends AutoCloseable {
    /**
     * Appends. On return the record is durable and every later {@link #read} sees it.
     *
     * @throws GovernanceLogException when it may or may not have been appended: the caller reads to know
     */
    void append(byte[] event);

    /**
     * All records from the offset to the end as it is at the call, in order.
     *
     * @throws GovernanceLogException when it cannot say so
     */
    List<Entry> read(long fromOffset);

    @Override
    void close();

    /**
     * A record.
     *
     * @param offset rises from one to the next, not always by one
     * @param event not to be changed
     */
    record Entry(long offset, byte[] event) {}
}
