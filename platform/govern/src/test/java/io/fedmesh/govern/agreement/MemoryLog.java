package io.fedmesh.govern.agreement;

import java.util.ArrayList;
import java.util.List;

/** A log in memory, of several writers. */
final class MemoryLog implements GovernanceLog {
    private final List<Entry> entries = new ArrayList<>();

    @Override
    public synchronized void append(byte[] event) {
        entries.add(new Entry(entries.size(), event.clone()));
    }

    @Override
    public synchronized List<Entry> read(long fromOffset) {
        return List.copyOf(entries.subList((int) Math.min(fromOffset, entries.size()), entries.size()));
    }

    @Override
    public void close() {}
}
