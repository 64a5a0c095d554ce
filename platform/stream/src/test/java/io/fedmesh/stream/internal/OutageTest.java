package io.fedmesh.stream.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static final Instant MET_AT = Instant.parse("2026-01-01T00:00:00Z");

    private final Outage outage = new Outage("away", MET_AT, Set.of("thread-1"));

    @Test
    void itLastsWhileNothingIsCommitted() {
        assertThat(outage.isOver(MET_AT.plusSeconds(44), Map.of("thread-2", 0.0)))
                .isFalse();
    }

    @Test
    void whatTheThreadThatMetItHadCommittedProvesNothing() {
        assertThat(outage.isOver(MET_AT, Map.of("thread-1", 9.0))).isFalse();
        assertThat(outage.isOver(MET_AT.plusSeconds(10), Map.of("thread-1", 9.0)))
                .isFalse();
    }

    @Test
    void aThreadThatHasCommittedAndNotFailedForAWhileEndsIt() {
        assertThat(outage.isOver(MET_AT.plusSeconds(10), Map.of("thread-2", 1.0)))
                .isFalse();
        assertThat(outage.isOver(MET_AT.plusSeconds(11), Map.of("thread-2", 5.0)))
                .isFalse();
        assertThat(outage.isOver(MET_AT.plusSeconds(12), Map.of("thread-2", 9.0)))
                .isTrue();
    }

    @Test
    void itIsForgottenWhenThereIsNothingToCommit() {
        assertThat(outage.isOver(MET_AT.plusSeconds(45), Map.of())).isTrue();
    }

    @Test
    void aRightThatIsTakenWhileATransactionIsOpenHoldsTheTopologyThoughKafkaGivesItNoType() {
        Throwable refused = new StreamsException(
                new KafkaException("Unexpected error in TxnOffsetCommitResponse: Topic authorization failed."));

        assertThat(Outage.reason(refused))
                .isEqualTo("KafkaException: Unexpected error in TxnOffsetCommitResponse: Topic authorization failed.;"
                        + " apply the contracts' grants: the topology then goes on by itself");
    }

    @Test
    void whatNobodyCanMendFromOutsideIsNoOutage() {
        assertThat(Outage.reason(new StreamsException(new KafkaException("Unexpected error"))))
                .isNull();
        assertThat(Outage.reason(new IllegalStateException("a bug"))).isNull();
    }
}
