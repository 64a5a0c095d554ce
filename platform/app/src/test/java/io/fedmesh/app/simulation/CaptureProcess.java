package io.fedmesh.app.simulation;

import io.fedmesh.cdc.internal.CaptureCore;
import io.fedmesh.cdc.internal.Change;
import io.fedmesh.cdc.internal.FencedException;
import io.fedmesh.cdc.internal.OutageException;
import io.fedmesh.cdc.internal.Pause;
import io.fedmesh.cdc.internal.Position;
import io.fedmesh.cdc.internal.Product;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A capture process: the core, fed by what stands for Debezium, which batches changes without regard to transactions. */
class CaptureProcess extends Process implements Pause {
    private static final long TRANSACTIONS = 0xffff_ffffL;

    final World world;
    final List<Product> products = Bank.products();
    private final int maxBatch;
    private final CaptureCore core;
    private final Deque<Change> told = new ArrayDeque<>();
    private FakeSource.@Nullable Snapshot snapshot;
    private boolean isOpened;
    private boolean isStreaming;
    private int connection;
    private long fetched;
    /** The last commit that the stream knows of: after a restart, where it was asked to go on. */
    private long lastCommit;

    CaptureProcess(World world) {
        super(world.id("capture"));
        this.world = world;
        this.maxBatch = 1 + world.random.nextInt(12);
        FakeEventLog log = new FakeEventLog(world, this, world.wiring.transactionalId(world));
        this.core = new CaptureCore(
                Bank.SOURCE,
                products,
                world.wiring.eventLog(log),
                world.wiring.liveKeys(log),
                this,
                1 + world.random.nextInt(20),
                toString());
    }

    @Override
    void step() {
        try {
            if (!isOpened) {
                core.open();
                isOpened = true;
                begin();
            } else {
                pump();
            }
        } catch (FencedException | Pause.StoppedException e) {
            world.reach("capture fenced");
            core.close();
            die(false);
        }
    }

    @Override
    public void before(int attempt, OutageException cause) {
        world.port(this, "pause");
        world.clock.move(100L * attempt);
        if (attempt > 3) {
            world.log.settle();
        }
    }

    @Override
    public void over() {}

    /** Everything that the source has committed is published. */
    boolean isDone() {
        return isOpened
                && isStreaming
                && connection == world.source.connection
                && told.isEmpty()
                && world.source.after(fetched).isEmpty();
    }

    /** From here the source's stream is asked for; what is published beyond it is told again. */
    long resumeAt(Position position) {
        return position.commitLsn();
    }

    /** A change as it goes to the core; some planted bugs are here. */
    void hand(List<Change> batch) {
        core.apply(batch);
    }

    /** The slot may forget what is stored. */
    long confirmable(long fetchedLsn) {
        return position().commitLsn();
    }

    final Position position() {
        Position position = core.position();
        if (position == null) {
            throw new IllegalStateException("a process that was opened has a position");
        }
        return position;
    }

    private void begin() {
        told.clear();
        Position position = core.position();
        boolean isMadeAnew = position != null && world.source.isMadeAnewAfter(position.commitLsn());
        if (isMadeAnew) {
            // It refuses, for the slot missed something; the operator asks for a new snapshot.
            world.reach("slot made anew");
        }
        if (position != null && position.snapshotComplete() && !isMadeAnew) {
            core.restart();
            fetched = resumeAt(position);
            lastCommit = fetched;
            connection = world.source.connect();
            isStreaming = true;
            world.note(this + " streams from " + fetched);
            return;
        }
        isStreaming = false;
        core.claimSnapshot("1", 1);
        world.port(this, "slot");
        FakeSource.Snapshot made = world.source.snapshot();
        connection = world.source.connection;
        snapshot = made;
        world.note(this + " snapshot at " + made.lsn);
        core.beginSnapshot(made.lsn);
        for (int table = 0; table < FakeSource.TABLES; table++) {
            Product product = products.get(table);
            made.rows
                    .get(table)
                    .forEach(
                            (key, state) -> told.add(row(product, Op.READ, key, state, made.lsn, 0, 0, made.atMicros)));
        }
        told.add(new Change.SnapshotDone(made.lsn, made.atMicros));
        fetched = made.lsn;
        lastCommit = made.lsn;
    }

    private void pump() {
        if (told.isEmpty()) {
            if (connection != world.source.connection) {
                if (world.captures.size() > 1 && world.random.nextBoolean()) {
                    return; // the other one has the slot
                }
                begin();
                return;
            }
            fetch();
        }
        if (!told.isEmpty()) {
            List<Change> batch = new ArrayList<>();
            for (int i = 1 + world.random.nextInt(maxBatch); i > 0 && !told.isEmpty(); i--) {
                batch.add(told.remove());
            }
            hand(batch);
            if (!isStreaming && told.isEmpty()) {
                isStreaming = true;
                if (snapshot != null) {
                    snapshot.isDone = true;
                }
            }
        }
        if (isStreaming && connection == world.source.connection && world.random.nextInt(3) == 0) {
            world.port(this, "confirm");
            world.source.confirm(confirmable(fetched));
        }
    }

    private void fetch() {
        List<FakeSource.Transaction> more = world.source.after(fetched);
        int transactions = Math.min(more.size(), 1 + world.random.nextInt(3));
        for (FakeSource.Transaction next : List.copyOf(more.subList(0, transactions))) {
            if (next.rows().isEmpty()) {
                told.add(new Change.Progress(lastCommit));
            }
            for (FakeSource.Row row : next.rows()) {
                tell(next, row);
            }
            fetched = next.end();
            lastCommit = fetched;
        }
    }

    private void tell(FakeSource.Transaction in, FakeSource.Row row) {
        Product product = products.get(row.table());
        if (row.isTruncate()) {
            world.reach("truncate");
            told.add(new Change.Truncated(
                    product, lastCommit, row.lsn(), in.id() & TRANSACTIONS, in.committedAtMicros()));
            return;
        }
        String old = row.oldKey();
        boolean isMoved = old != null && !old.equals(row.key());
        if (old != null && isMoved) {
            told.add(row(product, Op.DELETE, old, null, lastCommit, row.lsn(), in.id(), in.committedAtMicros()));
        }
        if (row.key() != null) {
            Op op = row.isCreated() || isMoved ? Op.CREATE : Op.UPDATE;
            told.add(row(product, op, row.key(), row.state(), lastCommit, row.lsn(), in.id(), in.committedAtMicros()));
        }
    }

    private static Change.Row row(
            Product product,
            Op op,
            String key,
            @Nullable String state,
            long commitLsn,
            long lsn,
            long transaction,
            long atMicros) {
        BadRecordException refusal = state != null && state.startsWith(Encoding.UNFIT)
                ? new BadRecordException(BadRecordException.Reason.CONTRACT, "unfit")
                : null;
        byte[] value = state == null ? null : Encoding.encode(state);
        return new Change.Row(product, op, key, value, commitLsn, lsn, transaction & TRANSACTIONS, atMicros, refusal);
    }
}
