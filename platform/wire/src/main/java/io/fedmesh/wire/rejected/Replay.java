package io.fedmesh.wire.rejected;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * Puts refused records of one product back, part by part: each part and what became of it in one transaction, so that a
 * crash at any moment leaves every record either settled and on its topic, or neither.
 *
 * <p>A part is written first, and then everything before it on its topic is looked at again, open transactions included: a
 * newer state that came in meanwhile makes the part void, and it is tried anew. So the last good state of an entity on its
 * topic is never an older one. One thread.
 */
final class Replay {
    private static final int MAX_TRIES = 5;
    private static final int MAX_TOLD = 20;

    private final ProductName product;
    private final Survey survey;
    private final EventCheck check;
    private final Scan committed;
    private final Clock clock;
    private final String by;

    private long replayed;
    private long filtered;
    private long refused;
    private final List<RejectedRecords.RefusedAgain> told = new ArrayList<>();

    Replay(ProductName product, Survey survey, EventCheck check, Scan committed, Clock clock, String by) {
        this.product = product;
        this.survey = survey;
        this.check = check;
        this.committed = committed;
        this.clock = clock;
        this.by = by;
    }

    /** Counts what would become of a part. */
    void plan(List<Refusal> part) {
        List<Candidate> candidates = candidates(part);
        Standing standing = standing(candidates);
        List<Candidate> survivors = survivors(candidates, standing);
        replayed += survivors.size();
        filtered += candidates.size() - survivors.size();
    }

    /** Puts a part back. */
    void run(List<Refusal> part, Producer<byte[], byte[]> producer, Scan everything) {
        List<Candidate> candidates = candidates(part);
        if (candidates.isEmpty()) {
            return;
        }
        Standing standing = standing(candidates);
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            List<Candidate> survivors = survivors(candidates, standing.copy());
            producer.beginTransaction();
            Map<TopicPartition, Map<Long, Candidate>> written = write(producer, survivors);
            boolean beaten = written.entrySet().stream()
                    .anyMatch(on -> standing.isBeaten(everything, on.getKey(), on.getValue()));
            if (!beaten) {
                settle(producer, candidates, survivors);
                producer.commitTransaction();
                replayed += survivors.size();
                filtered += candidates.size() - survivors.size();
                return;
            }
            producer.abortTransaction();
            // Only when its transaction has ended is it known whether the newer state is there; ours, before it, is
            // not.
            written.forEach((partition, offsets) -> standing.readOn(committed, partition, Standing.behind(offsets)));
        }
        throw new IllegalStateException("[" + product + "] newer states must stop to overtake the replayed ones for a"
                + " moment but did not in " + MAX_TRIES + " tries: try again");
    }

    RejectedRecords.Report report() {
        return new RejectedRecords.Report(product, replayed, filtered, refused, told);
    }

    private List<Candidate> candidates(List<Refusal> part) {
        List<Candidate> candidates = new ArrayList<>();
        for (Refusal refusal : part) {
            try {
                candidates.add(candidate(refusal));
            } catch (BadRecordException e) {
                refused++;
                if (told.size() < MAX_TOLD) {
                    told.add(new RejectedRecords.RefusedAgain(
                            refusal.offset(), e.reason().name(), String.valueOf(e.getMessage())));
                }
            }
        }
        return candidates;
    }

    private Candidate candidate(Refusal refusal) {
        Contract contract = check.contract(product);
        String topic = contract.topic().toString();
        // A capture's refusals never were on a topic: their origin is a table.
        boolean captured = refusal.by().equals("cdc");
        if (!captured && !refusal.origin().topic().equals(topic)) {
            throw new BadRecordException(Reason.PROCESSING, ofATopology(refusal));
        }
        var version = check.demand(contract, refusal.key(), refusal.value(), refusal.original());
        int partitions = committed.partitions(topic);
        int partition = captured
                ? Utils.toPositive(Utils.murmur2(refusal.key())) % partitions
                : refusal.origin().partition();
        if (partition < 0 || partition >= partitions) {
            throw new BadRecordException(
                    Reason.CONTRACT,
                    "its partition must be one of the topic's " + partitions + " but was " + partition);
        }
        long place = captured ? -1 : refusal.origin().offset();
        return new Candidate(refusal, new TopicPartition(topic, partition), place, version);
    }

    /** What its input refuses as well comes back from there; what the topology's code refuses is good on its own topic. */
    private static String ofATopology(Refusal refusal) {
        String input = refusal.origin().topic();
        return refusal.reason().equals(Reason.PROCESSING.name())
                ? "it was refused by a topology and is good on its own topic " + input
                        + ": mend the topology and let it read its inputs anew, then discard this"
                : "it was refused by a topology as it came from " + input
                        + ": replay the refused records of that topic's product, which the topology then reads, and"
                        + " discard this";
    }

    private Standing standing(List<Candidate> candidates) {
        Standing standing = new Standing(check, survey.refusedAt());
        candidates.forEach(standing::watch);
        standing.readOn(committed);
        return standing;
    }

    private static List<Candidate> survivors(List<Candidate> candidates, Standing standing) {
        List<Candidate> survivors = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (!standing.beats(candidate)) {
                standing.put(candidate);
                survivors.add(candidate);
            }
        }
        return survivors;
    }

    private static Map<TopicPartition, Map<Long, Candidate>> write(
            Producer<byte[], byte[]> producer, List<Candidate> survivors) {
        Map<Candidate, Future<RecordMetadata>> sent = new LinkedHashMap<>();
        survivors.forEach(candidate -> sent.put(candidate, producer.send(candidate.record())));
        producer.flush();
        Map<TopicPartition, Map<Long, Candidate>> written = new HashMap<>();
        sent.forEach((candidate, future) -> written.computeIfAbsent(candidate.to(), p -> new LinkedHashMap<>())
                .put(offset(candidate.to(), future), candidate));
        return written;
    }

    private static long offset(TopicPartition partition, Future<RecordMetadata> sent) {
        try {
            return sent.get().offset();
        } catch (ExecutionException e) {
            throw new KafkaException("[" + partition + "] a record must be put back but was not", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("[" + partition + "] interrupted before a record was put back", e);
        }
    }

    private void settle(Producer<byte[], byte[]> producer, List<Candidate> candidates, List<Candidate> survivors) {
        java.util.Set<Candidate> back = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        back.addAll(survivors);
        for (Candidate candidate : candidates) {
            Settlement settlement = back.contains(candidate)
                    ? new Settlement(
                            candidate.refusal().offset(), Settlement.Outcome.REPLAYED, by, "replayed", clock.instant())
                    : new Settlement(
                            candidate.refusal().offset(),
                            Settlement.Outcome.FILTERED,
                            by,
                            "the topic holds this state or a newer one",
                            clock.instant());
            // A failure comes out when the transaction is committed.
            Future<RecordMetadata> unused =
                    producer.send(settlement.record(survey.partition().topic()));
        }
    }
}
