package io.fedmesh.cdc.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A log in memory whose commits go as a test says: done, lost on the way, done with the answer lost, fenced, not
 * allowed. */
@NullUnmarked
final class MemoryLog implements EventLog, LiveKeys {
    enum Fate {
        DONE,
        LOST,
        DONE_WITHOUT_ANSWER,
        FENCED,
        REFUSED
    }

    final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    final List<Position> positions = new ArrayList<>();
    final Deque<Fate> fates = new ArrayDeque<>();
    int outages;
    int opens;

    @Override
    public Optional<Position> open() {
        if (outages > 0) {
            outages--;
            throw new OutageException("away");
        }
        opens++;
        return Optional.ofNullable(position());
    }

    @Nullable
    Position position() {
        return positions.isEmpty() ? null : positions.get(positions.size() - 1);
    }

    @Override
    public Outcome commit(List<ProducerRecord<byte[], byte[]>> events, Position position) {
        Fate fate = fates.isEmpty() ? Fate.DONE : fates.poll();
        if (fate == Fate.DONE || fate == Fate.DONE_WITHOUT_ANSWER) {
            records.addAll(events);
            positions.add(position);
        }
        return switch (fate) {
            case DONE -> Outcome.COMMITTED;
            case FENCED -> Outcome.FENCED;
            case LOST, DONE_WITHOUT_ANSWER -> Outcome.UNKNOWN;
            case REFUSED -> throw new OutageException("not allowed");
        };
    }

    @Override
    public void close() {}

    @Override
    public boolean isEmpty(Product product) {
        return alive(product).isEmpty();
    }

    @Override
    public void forEach(Product product, Consumer<String> key) {
        alive(product).keySet().forEach(key);
    }

    Map<String, String> alive(Product product) {
        Map<String, String> alive = new LinkedHashMap<>();
        for (ProducerRecord<byte[], byte[]> event : records) {
            if (event.topic().equals(product.topic())) {
                String key = new String(event.key(), StandardCharsets.UTF_8);
                if (event.value() == null) {
                    alive.remove(key);
                } else {
                    alive.put(key, new String(event.value(), StandardCharsets.UTF_8));
                }
            }
        }
        return alive;
    }
}
