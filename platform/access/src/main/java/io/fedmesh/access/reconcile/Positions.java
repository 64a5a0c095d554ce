package io.fedmesh.access.reconcile;

import io.fedmesh.access.TopicOffsets;
import io.fedmesh.contract.Source;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How far the parts of the pipeline have come, as the brokers know it. */
public interface Positions extends TopicOffsets {
    /** The stored position of a source; empty while there is none. */
    Optional<SourcePosition> position(Source source);

    /** Per partition of the topic that the group has committed, the next offset. */
    Map<Integer, Long> committed(String group, String topic);

    /** The topics that Kafka Streams made for an application and reads itself, changelogs left out. */
    Set<String> internalTopics(String applicationId);

    /**
     * Whether a reader of committed records would find one at {@code from} or later and before {@code to}: markers of
     * transactions and aborted records are none.
     */
    boolean holdsRecords(String topic, int partition, long from, long to);
}
