package io.fedmesh.wire.rejected;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.Version;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest good state that topics hold of some entities, so that no replay brings an older one up. The sink would filter
 * an old state by its version, but a topology takes the last one on the topic, and compaction keeps it. One thread.
 *
 * <p>What the readers of the topic refuse counts for nothing: it is as if it were not there.
 */
final class Standing {
    private record Stand(long place, Optional<Version> version) {}

    private final EventCheck check;
    private final Set<Survey.Place> refusedAt;
    private final Set<Candidate.Entity> wanted = new HashSet<>();
    private final Map<Candidate.Entity, Stand> stands = new HashMap<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();

    /**
     * @param refusedAt where records stand that the readers have refused: they count for nothing, though they would be taken
     *     today
     */
    Standing(EventCheck check, Set<Survey.Place> refusedAt) {
        this.check = check;
        this.refusedAt = refusedAt;
    }

    /** From now on the candidate's entity is looked for, behind the place where the candidate was. */
    void watch(Candidate candidate) {
        wanted.add(candidate.entity());
        next.merge(candidate.to(), candidate.place() + 1, Math::min);
    }

    /** Reads on to the end of what is committed. */
    void readOn(Scan committed) {
        for (TopicPartition partition : Set.copyOf(next.keySet())) {
            readOn(committed, partition, committed.end(partition));
        }
    }

    /** Reads on to an offset, and waits until every transaction before it has ended. */
    void readOn(Scan committed, TopicPartition partition, long to) {
        long from = Math.max(next.getOrDefault(partition, 0L), committed.begin(partition));
        committed.read(partition, from, to, record -> {
            look(record).ifPresent(stand -> stands.merge(entity(record), stand, Standing::newer));
            return true;
        });
        next.put(partition, Math.max(from, to));
    }

    /** Whether the topic holds the same state as the candidate or a newer one. */
    boolean beats(Candidate candidate) {
        Stand stand = stands.get(candidate.entity());
        return stand != null && beats(stand, candidate);
    }

    /** The candidate is about to stand on its topic: what is older, or is the same once more, is beaten from now on. */
    void put(Candidate candidate) {
        stands.merge(candidate.entity(), new Stand(candidate.place(), candidate.version()), Standing::newer);
    }

    /** As it is now, to try something. */
    Standing copy() {
        Standing copy = new Standing(check, refusedAt);
        copy.wanted.addAll(wanted);
        copy.stands.putAll(stands);
        copy.next.putAll(next);
        return copy;
    }

    /**
     * Looks at everything behind what was read, open transactions included, up to where candidates were just written.
     *
     * @param written the candidates by their new offsets
     * @return whether one of them is beaten
     */
    boolean isBeaten(Scan everything, TopicPartition partition, Map<Long, Candidate> written) {
        Map<Candidate.Entity, Candidate> last = new HashMap<>();
        written.values().forEach(candidate -> last.put(candidate.entity(), candidate));
        boolean[] beaten = {false};
        everything.read(partition, next.getOrDefault(partition, 0L), behind(written), record -> {
            Candidate candidate = last.get(entity(record));
            if (candidate != null && !written.containsKey(record.offset())) {
                beaten[0] |=
                        look(record).filter(stand -> beats(stand, candidate)).isPresent();
            }
            return !beaten[0];
        });
        return beaten[0];
    }

    /** The offset behind the last of these. */
    static long behind(Map<Long, Candidate> written) {
        return written.keySet().stream().mapToLong(Long::longValue).max().orElse(-1) + 1;
    }

    private Optional<Stand> look(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null
                || !wanted.contains(entity(record))
                || refusedAt.contains(new Survey.Place(record.topic(), record.partition(), record.offset()))) {
            return Optional.empty();
        }
        Contract contract = check.product(record.topic());
        try {
            Optional<Version> version = check.demand(contract, record.key(), record.value(), record.headers());
            return Optional.of(new Stand(Candidate.placeOf(record), version));
        } catch (BadRecordException e) {
            return Optional.empty();
        }
    }

    private static Candidate.Entity entity(ConsumerRecord<byte[], byte[]> record) {
        return new Candidate.Entity(
                new TopicPartition(record.topic(), record.partition()),
                ByteBuffer.wrap(record.key() == null ? new byte[0] : record.key()));
    }

    private static boolean beats(Stand stand, Candidate candidate) {
        if (stand.version().isPresent() && candidate.version().isPresent()) {
            return stand.version().get().compareTo(candidate.version().get()) >= 0;
        }
        return stand.place() >= candidate.place();
    }

    private static Stand newer(Stand one, Stand other) {
        if (one.version().isPresent() && other.version().isPresent()) {
            return one.version().get().compareTo(other.version().get()) >= 0 ? one : other;
        }
        return one.place() >= other.place() ? one : other;
    }
}
