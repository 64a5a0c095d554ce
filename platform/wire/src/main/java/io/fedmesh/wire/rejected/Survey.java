package io.fedmesh.wire.rejected;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * What a rejected topic holds at one moment: which records are settled, and where on their topic all of them were refused.
 *
 * @param begin the first offset that the topic still has
 * @param end behind the last
 * @param settled by offset from {@code begin} on
 * @param refusedAt where records stand that the topic's readers have passed by, whatever they would say today
 */
record Survey(TopicPartition partition, long begin, long end, BitSet settled, Set<Place> refusedAt) {
    /** About 100 MB. */
    private static final int MAX_REFUSED = 1_000_000;

    record Place(String topic, int partition, long offset) {}

    static Survey of(Scan committed, TopicPartition partition) {
        long begin = committed.begin(partition);
        long end = committed.end(partition);
        Survey survey = new Survey(partition, begin, end, new BitSet(), new HashSet<>());
        committed.read(partition, begin, end, record -> {
            Settlement settlement = Settlement.of(record);
            if (settlement == null) {
                survey.refused(Refusal.of(record));
            } else if (settlement.offset() >= begin) {
                survey.settled.set(survey.index(settlement.offset()));
            }
            return true;
        });
        return survey;
    }

    boolean isSettled(long offset) {
        return settled.get(index(offset));
    }

    private void refused(Refusal refusal) {
        refusedAt.add(new Place(
                refusal.origin().topic(),
                refusal.origin().partition(),
                refusal.origin().offset()));
        if (refusedAt.size() > MAX_REFUSED) {
            throw new IllegalStateException("[" + partition.topic() + "] must hold at most " + MAX_REFUSED
                    + " refused records but holds more: wait for the topic's retention, or shorten it");
        }
    }

    private int index(long offset) {
        return Math.toIntExact(offset - begin);
    }
}
