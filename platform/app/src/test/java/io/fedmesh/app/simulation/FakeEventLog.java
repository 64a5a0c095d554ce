package io.fedmesh.app.simulation;

import io.fedmesh.cdc.internal.EventLog;
import io.fedmesh.cdc.internal.LiveKeys;
import io.fedmesh.cdc.internal.OutageException;
import io.fedmesh.cdc.internal.Position;
import io.fedmesh.cdc.internal.Product;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Capture's log and live keys on the simulated broker. */
final class FakeEventLog implements EventLog, LiveKeys {
    private static final String POSITIONS = Bank.SOURCE.positionTopic().toString();
    private static final byte[] POSITION_KEY = Bank.SOURCE.name().getBytes(StandardCharsets.UTF_8);

    private final World world;
    private final Process process;
    private final String transactionalId;
    private int epoch;
    private boolean isOpen;

    FakeEventLog(World world, Process process, String transactionalId) {
        this.world = world;
        this.process = process;
        this.transactionalId = transactionalId;
    }

    @Override
    public Optional<Position> open() {
        reach("log.open");
        epoch = world.log.fence(transactionalId);
        isOpen = true;
        reach("log.position");
        byte[][] last = new byte[1][];
        world.log.readAll(POSITIONS, entry -> last[0] = entry.value);
        return Optional.ofNullable(last[0]).map(Position::ofJson);
    }

    @Override
    public Outcome commit(List<ProducerRecord<byte[], byte[]>> records, Position position) {
        world.port(process, "log.commit");
        if (!isOpen) {
            return Outcome.UNKNOWN;
        }
        if (world.log.isFenced(transactionalId, epoch)) {
            isOpen = false;
            return world.chance(world.faults.lost()) ? Outcome.UNKNOWN : Outcome.FENCED;
        }
        if (world.chance(world.faults.outage() / 4)) { // a right was taken away
            isOpen = false;
            world.reach("capture refused");
            throw new OutageException("writing is not allowed");
        }
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(records);
        all.add(new ProducerRecord<>(POSITIONS, POSITION_KEY, position.toJson(Bank.SOURCE.name())));
        FakeLog.Transaction transaction = world.log.begin(transactionalId, all);
        world.port(process, "log.commit, records written");
        if (!transaction.isOpen()) { // it timed out, or another producer ended it
            isOpen = false;
            boolean isKnown = world.log.isFenced(transactionalId, epoch) || world.random.nextBoolean();
            return isKnown ? Outcome.FENCED : Outcome.UNKNOWN;
        }
        if (world.chance(world.faults.lost())) {
            isOpen = false;
            int how = world.random.nextInt(3);
            world.reach("capture lost response " + how);
            if (how == 0) {
                transaction.abort();
            } else if (how == 1) {
                transaction.commit();
            } else {
                transaction.delay();
            }
            return Outcome.UNKNOWN;
        }
        transaction.commit();
        world.note(process + " committed " + records.size() + " events, position " + position.commitLsn() + " "
                + position.lastVersion());
        world.port(process, "log.commit, done");
        return Outcome.COMMITTED;
    }

    @Override
    public boolean isEmpty(Product product) {
        reach("keys.isEmpty");
        return world.log.isEmpty(product.topic());
    }

    @Override
    public void forEach(Product product, Consumer<String> key) {
        reach("keys.forEach");
        if (world.log.hasOpen(product.topic())) {
            throw new OutageException("a transaction is undecided");
        }
        Set<String> alive = new LinkedHashSet<>();
        world.log.readAll(product.topic(), entry -> {
            if (entry.key != null) {
                String text = new String(entry.key, StandardCharsets.UTF_8);
                if (entry.value == null) {
                    alive.remove(text);
                } else {
                    alive.add(text);
                }
            }
        });
        for (String text : alive) {
            if (world.chance(world.faults.outage() / 4)) {
                throw new OutageException("reading was cut");
            }
            key.accept(text);
        }
    }

    @Override
    public void close() {
        isOpen = false;
    }

    private void reach(String call) {
        world.port(process, call);
        if (world.chance(world.faults.outage())) {
            throw new OutageException(call);
        }
    }
}
