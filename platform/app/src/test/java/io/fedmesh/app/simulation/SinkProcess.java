package io.fedmesh.app.simulation;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.internal.Change;
import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.SinkCore;
import io.fedmesh.lake.internal.TablePort;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.ChangeHeaders;
import io.fedmesh.wire.HeaderScan;
import io.fedmesh.wire.RejectedRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A sink process of one product: reads the partitions that the group gave it, as far as it knows, from the simulated
 * broker, decodes, hands to the core, flushes when it is due.
 */
class SinkProcess extends Process {
    final World world;
    final int table;
    final FakeKeyIndex.Disk disk;
    final SinkCore core;
    private final Map<Integer, Long> positions = new HashMap<>();
    private boolean isOpened;

    SinkProcess(World world, int table, FakeKeyIndex.Disk disk) {
        super(world.id("sink"));
        this.world = world;
        this.table = table;
        this.disk = disk;
        Wiring wiring = world.wiring;
        FakeTable history = world.histories.get(table);
        this.core = new SinkCore(
                Bank.name(table),
                wiring.history(new FakeTablePort(world, this, history, null)),
                wiring.latest(this, new FakeTablePort(world, this, world.latests.get(table), history)),
                partition -> wiring.index(new FakeKeyIndex(world, this, disk.part(partition))),
                world.limits(),
                world.clock,
                () -> world.id("commit"));
    }

    @Override
    void step() {
        try {
            Set<Integer> given = world.groups.get(table).of(this);
            if (!isOpened) {
                begin(given);
            } else if (!given.equals(core.partitions()) && world.random.nextBoolean()) {
                if (world.random.nextInt(3) > 0) {
                    world.reach("partitions revoked");
                    core.flush();
                } else {
                    world.reach("partitions lost");
                }
                begin(given);
            } else {
                poll();
            }
        } catch (TableRefusedException e) {
            world.reach("sink refused");
            world.note(this + " " + e.getMessage());
            core.close();
            die(false);
        } catch (RuntimeException e) {
            world.reach("sink begins again");
            world.note(this + " " + e);
            isOpened = false;
        }
    }

    @Override
    void die(boolean isKilled) {
        super.die(isKilled);
        if (isKilled) {
            FakeKeyIndex.crash(world, disk);
        }
    }

    /** It knows what it owns, and everything there is in both tables. */
    boolean isDone() {
        if (!isOpened || !world.groups.get(table).of(this).equals(core.partitions())) {
            return false;
        }
        for (int partition : core.partitions()) {
            long end = world.log.end(Bank.topic(table), partition);
            if (end > 0 && !core.holds(partition, end - 1)) {
                return false;
            }
        }
        return true;
    }

    private void begin(Set<Integer> partitions) {
        isOpened = false;
        positions.clear();
        Map<Integer, Long> from = core.open(partitions);
        for (int partition : partitions) {
            positions.put(partition, readFrom(partition, from.getOrDefault(partition, 0L)));
        }
        isOpened = true;
        world.note(this + " owns " + partitions + " reads from " + from);
    }

    /** Refuses a record; some planted bugs are here. */
    void refuse(int partition, long offset, FakeLog.Entry entry, BadRecordException why) {
        if (core.reject(partition, offset, entry.timestampMs, 10)) {
            sendRejected(partition, offset, entry, why);
        }
    }

    final void sendRejected(int partition, long offset, FakeLog.Entry entry, BadRecordException why) {
        world.port(this, "rejected");
        world.log.append(RejectedRecord.of(
                Bank.CONTRACTS.get(table).topic().rejected(),
                entry.key,
                entry.value,
                java.util.Objects.requireNonNull(entry.headers),
                new RejectedRecord.Origin(Bank.topic(table), partition, offset, entry.timestampMs),
                why,
                "sink",
                "1.0.0"));
    }

    /** Where reading begins: where the tables say. */
    long readFrom(int partition, long tables) {
        return tables;
    }

    boolean isReadingCommittedOnly() {
        return true;
    }

    /** A partition was read up to here, not flushed. */
    void read(int partition, long next) {}

    void take(int partition, long offset, FakeLog.Entry entry) {
        if (core.holds(partition, offset)) {
            return;
        }
        Change change;
        try {
            if (world.chance(world.faults.outage() / 10)) {
                registryIsAway();
            }
            change = decode(partition, offset, entry);
        } catch (BadRecordException e) {
            refuse(partition, offset, entry, e);
            return;
        }
        core.add(change, 10);
    }

    /** A schema cannot be asked for: no verdict on the record. */
    void registryIsAway() {
        world.reach("registry away");
        throw new IllegalStateException("the registry is away");
    }

    private void poll() {
        for (Map.Entry<Integer, Long> position : positions.entrySet()) {
            int partition = position.getKey();
            long next = world.log.read(
                    Bank.topic(table),
                    partition,
                    position.getValue(),
                    1 + world.random.nextInt(12),
                    isReadingCommittedOnly(),
                    this::take);
            if (next > position.getValue()) {
                position.setValue(next);
                core.advance(partition, next);
                read(partition, next);
            }
        }
        if (world.random.nextBoolean() ? core.due() : core.dueWhenIdle()) {
            core.flush();
        } else if (core.isBehind()) {
            look();
        }
    }

    /** Nothing is in hand. */
    void look() {
        world.reach("idle look");
        try {
            core.keepUp();
        } catch (TableRefusedException e) {
            world.reach("refused in an idle look");
            throw e;
        } catch (TablePort.StaleBaseException e) {
            world.reach("moved under an idle sink");
            throw e;
        }
    }

    private static Change decode(int partition, long offset, FakeLog.Entry entry) {
        if (entry.key == null) {
            throw new BadRecordException(Reason.NULL_KEY, "a record must have a key");
        }
        ChangeHeaders headers =
                ChangeHeaders.read(new HeaderScan().read(java.util.Objects.requireNonNull(entry.headers)));
        if (entry.value != null) {
            Encoding.decode(entry.value); // refuses what is none
        }
        return new Change(
                partition,
                offset,
                entry.timestampMs,
                Key.of(entry.key),
                headers.op(),
                headers.version(),
                headers.timeMicros(),
                headers.transaction(),
                entry.value == null ? null : Change.Body.ofRest(entry.value, 0, Bank.SCHEMA));
    }
}
