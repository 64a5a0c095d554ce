package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is published and which position stands for it. Changes come in the source's order, some of them again after
 * the source was restarted; each gets its version and is published once. Everything outside is a port, so that all of it
 * can be simulated. Used by one thread.
 *
 * <p>A position moves only from the end of one transaction to the end of another. A long transaction is published in
 * several commits: the position then stays before it while {@code lastVersion} moves on, and after a restart the
 * transaction is told again and what is published already is dropped.
 */
public final class CaptureCore implements AutoCloseable {
    private final Source source;
    private final List<Product> products;
    private final EventLog log;
    private final LiveKeys keys;
    private final Pause pause;
    private final int maxRecords;
    private final String writer;

    private List<ProducerRecord<byte[], byte[]>> pending = new ArrayList<>();
    private Map<Product, int[]> pendingCounts = new HashMap<>();
    private @Nullable Position stored;
    private String systemId = "";
    private int timeline;
    private boolean snapshotComplete;
    private long completeLsn;
    private @Nullable Version lastVersion;

    private long currentCommitLsn;
    private long currentLsn;
    private int nextIndex;
    private final Map<Product, Set<String>> ghosts = new HashMap<>();
    private volatile long lastEventMicros;

    /**
     * @param maxRecords most records of one commit
     * @param writer names this instance in its positions: no other one ever has the same
     */
    public CaptureCore(
            Source source,
            List<Product> products,
            EventLog log,
            LiveKeys keys,
            Pause pause,
            int maxRecords,
            String writer) {
        this.source = source;
        this.products = List.copyOf(products);
        this.log = log;
        this.keys = keys;
        this.pause = pause;
        this.maxRecords = maxRecords;
        this.writer = writer;
    }

    /** Fences every earlier instance and reads the position; waits while the log is away. */
    public Optional<Position> open() {
        Optional<Position> position = held(log::open);
        position.ifPresent(this::adopt);
        return position;
    }

    /** The position as stored; null before the first one. */
    public @Nullable Position position() {
        return stored;
    }

    /** When the source committed the last published change, microseconds since the epoch; 0 before the first. Any thread. */
    public long lastEventMicros() {
        return lastEventMicros;
    }

    /**
     * Stores that a snapshot has begun, before the slot for it is made: whatever happens from here on, the next start
     * begins the snapshot again instead of streaming from a slot that missed something.
     */
    public void claimSnapshot(String systemId, int timeline) {
        this.systemId = systemId;
        this.timeline = timeline;
        snapshotComplete = false;
        completeLsn = 0;
        commit(List.of());
    }

    /**
     * The source now tells its snapshot: rows of {@code READ}, then {@link Change.SnapshotDone}. The keys alive on the
     * topics that the snapshot does not tell become tombstones.
     *
     * @param commitLsn the snapshot's position
     * @throws CaptureRefusedException when versions beyond that position are published already
     */
    public void beginSnapshot(long commitLsn) {
        Version last = lastVersion;
        if (last != null && last.compareTo(new Version(commitLsn, 0, 0)) > 0) {
            throw new CaptureRefusedException("[" + where() + "] a snapshot's position must be beyond every published"
                    + " version, or it would lose against older changes, but it was " + Long.toUnsignedString(commitLsn)
                    + " and the last version's " + Long.toUnsignedString(last.commitLsn())
                    + ": the database was replaced by an older one; publish the products under a new major version");
        }
        ghosts.clear();
        for (Product product : products) {
            if (held(() -> keys.isEmpty(product))) {
                continue;
            }
            Set<String> alive = new HashSet<>();
            held(() -> {
                alive.clear();
                keys.forEach(product, alive::add);
                return alive;
            });
            ghosts.put(product, alive);
        }
        restart();
    }

    /** The source was restarted and tells everything after the stored position again. */
    public void restart() {
        pending.clear();
        pendingCounts.clear();
        currentCommitLsn = 0;
        currentLsn = 0;
        nextIndex = 0;
        Position from = stored;
        if (from != null) {
            adopt(from);
        }
    }

    /**
     * Publishes a batch; returns when all of it is committed.
     *
     * @throws FencedException when another instance took over
     * @throws CaptureRefusedException when a change must not be published, for example a TRUNCATE that is refused
     * @throws Pause.StoppedException when capture is to stop
     */
    public void apply(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.Row row) {
                row(row);
            } else if (change instanceof Change.Progress progress) {
                completed(progress.commitLsn());
            } else if (change instanceof Change.Truncated truncated) {
                truncated(truncated);
            } else if (change instanceof Change.SnapshotDone done) {
                snapshotDone(done);
            }
            if (pending.size() >= maxRecords) {
                flush();
            }
        }
        flush();
    }

    @Override
    public void close() {
        log.close();
    }

    private void row(Change.Row row) {
        if (row.op() == Op.READ) {
            Set<String> alive = ghosts.get(row.product());
            if (alive != null) {
                alive.remove(row.key());
            }
            publish(row, new Version(row.commitLsn(), 0, 0));
            return;
        }
        Version version = nextVersion(row.commitLsn(), row.lsn());
        completed(row.commitLsn());
        if (isPublished(version)) {
            row.product().duplicates.increment();
            return;
        }
        lastVersion = version;
        publish(row, version);
    }

    private void publish(Change.Row row, Version version) {
        Product product = row.product();
        Long transaction = row.op() == Op.READ ? null : row.transaction();
        if (row.refusal() == null) {
            add(
                    product,
                    product.event(row.op(), row.key(), row.value(), version, transaction, row.committedAtMicros()));
        } else {
            pending.add(product.rejection(row, version, row.refusal()));
            counts(product)[1]++;
        }
        lastEventMicros = row.committedAtMicros();
    }

    private void truncated(Change.Truncated truncated) {
        Product product = truncated.product();
        Version version = nextVersion(truncated.commitLsn(), truncated.lsn());
        completed(truncated.commitLsn());
        int publishedOfIt = publishedOf(version);
        if (isPublished(version) && publishedOfIt < 0) {
            return;
        }
        if (source.truncate() == Source.Truncate.REFUSE) {
            throw new CaptureRefusedException("[" + where() + "] a captured table must not be truncated but "
                    + product.captured().table()
                    + " was: set the source's 'truncate' to 'tombstones' to publish a deletion of every row");
        }
        nextIndex = Math.max(version.index(), publishedOfIt + 1);
        flush();
        held(() -> {
            flush(); // after an outage half-way: what was told is dead before the topic is read again
            keys.forEach(product, key -> {
                Version next = nextVersion(truncated.commitLsn(), truncated.lsn());
                lastVersion = next;
                add(
                        product,
                        product.event(
                                Op.DELETE, key, null, next, truncated.transaction(), truncated.committedAtMicros()));
                if (pending.size() >= maxRecords) {
                    flush();
                }
            });
            return true;
        });
        lastEventMicros = truncated.committedAtMicros();
    }

    private void snapshotDone(Change.SnapshotDone done) {
        Version version = new Version(done.commitLsn(), 0, 0);
        for (Product product : products) {
            for (String key : ghosts.getOrDefault(product, Set.of())) {
                add(product, product.event(Op.DELETE, key, null, version, null, done.atMicros()));
                if (pending.size() >= maxRecords) {
                    flush();
                }
            }
        }
        ghosts.clear();
        snapshotComplete = true;
        completeLsn = done.commitLsn();
        lastVersion = version;
    }

    /** Versions of one position are told apart by their number; the source tells a transaction always in the same order. */
    private Version nextVersion(long commitLsn, long lsn) {
        if (commitLsn != currentCommitLsn || lsn != currentLsn) {
            currentCommitLsn = commitLsn;
            currentLsn = lsn;
            nextIndex = 0;
        }
        return new Version(commitLsn, lsn, nextIndex++);
    }

    private boolean isPublished(Version version) {
        return lastVersion != null && version.compareTo(lastVersion) <= 0;
    }

    /** The index of the last published version if it belongs to the same change as this one, -1 otherwise. */
    private int publishedOf(Version version) {
        Version last = lastVersion;
        return last != null && last.commitLsn() == version.commitLsn() && last.lsn() == version.lsn()
                ? last.index()
                : -1;
    }

    private void completed(long commitLsn) {
        if (snapshotComplete && Long.compareUnsigned(commitLsn, completeLsn) > 0) {
            completeLsn = commitLsn;
        }
    }

    private void add(Product product, ProducerRecord<byte[], byte[]> event) {
        pending.add(event);
        counts(product)[0]++;
    }

    private int[] counts(Product product) {
        return pendingCounts.computeIfAbsent(product, p -> new int[2]);
    }

    private void flush() {
        Position from = stored;
        boolean isMoved =
                from == null || from.commitLsn() != completeLsn || from.snapshotComplete() != snapshotComplete;
        if (pending.isEmpty() && !isMoved) {
            return;
        }
        List<ProducerRecord<byte[], byte[]>> records = pending;
        Map<Product, int[]> counts = pendingCounts;
        pending = new ArrayList<>(Math.min(maxRecords, records.size() + 16));
        pendingCounts = new HashMap<>();
        commit(records);
        counts.forEach((product, count) -> {
            product.events.add(count[0]);
            product.rejected.add(count[1]);
        });
    }

    private void commit(List<ProducerRecord<byte[], byte[]>> records) {
        Position before = stored;
        Position next = new Position(
                systemId,
                timeline,
                snapshotComplete,
                completeLsn,
                lastVersion,
                before == null ? 1 : before.sequence() + 1,
                writer,
                products.stream().map(Product::toString).toList());
        int attempt = 0;
        for (OutageException undone; (undone = undone(records, before, next)) != null; ) {
            pause.before(++attempt, undone);
        }
        stored = next;
        pause.over();
    }

    /** Tries to commit: why nothing of it is there, or null when all of it is. */
    private @Nullable OutageException undone(
            List<ProducerRecord<byte[], byte[]>> records, @Nullable Position before, Position next) {
        OutageException why = new OutageException("[" + where() + "] a commit was undone by the log");
        try {
            switch (log.commit(records, next)) {
                case COMMITTED -> {
                    return null;
                }
                case FENCED -> throw fenced();
                case UNKNOWN -> {}
            }
        } catch (OutageException e) {
            why = e;
        }
        Position found = awaited(log::open).orElse(null);
        if (!next.equals(found) && !Objects.equals(before, found)) {
            throw fenced();
        }
        return next.equals(found) ? null : why;
    }

    private FencedException fenced() {
        return new FencedException("[" + where() + "] one instance must capture a source but another one took over");
    }

    private <T> T held(Supplier<T> action) {
        T result = awaited(action);
        pause.over();
        return result;
    }

    private <T> T awaited(Supplier<T> action) {
        int attempt = 0;
        while (true) {
            try {
                return action.get();
            } catch (OutageException e) {
                pause.before(++attempt, e);
            }
        }
    }

    private void adopt(Position position) {
        stored = position;
        systemId = position.systemId();
        timeline = position.timeline();
        snapshotComplete = position.snapshotComplete();
        completeLsn = position.commitLsn();
        lastVersion = position.lastVersion();
    }

    private String where() {
        return source.domain() + "." + source.name();
    }
}
