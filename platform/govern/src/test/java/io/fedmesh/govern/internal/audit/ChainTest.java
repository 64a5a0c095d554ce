package io.fedmesh.govern.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChainTest {
    private static final String TOPIC = TestLog.TOPIC;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aHashIsTheOneThatAnotherProgramMakes() {
        Hash first = Chain.hash(TOPIC, 3, 0, Hash.NONE, bytes("{}"));
        assertThat(first).hasToString("c5dTDwFtsLeqowvZE1vRaO6l1qDu9U/vK/1xlYj3Gcn23UcDY4jgAGtpTvW4Vd1u");
        assertThat(Chain.hash(TOPIC, 3, 1, first, bytes("{\"a\":\"\u00e9\"}")))
                .hasToString("UvTAcMFYJORHNrCdBnwxspJVoWiwVj2ltPmrLWooOM7Hh4qUS5oJLEXCAmmEuVaa");
    }

    @Test
    void everyPartCountsAndNoneRunsIntoTheNext() {
        Set<Hash> hashes = new HashSet<>(List.of(
                Chain.hash("ab", 1, 2, Hash.NONE, bytes("c")),
                Chain.hash("a", 1, 2, Hash.NONE, bytes("bc")),
                Chain.hash("abc", 1, 2, Hash.NONE, bytes("")),
                Chain.hash("ab", 2, 2, Hash.NONE, bytes("c")),
                Chain.hash("ab", 1, 3, Hash.NONE, bytes("c")),
                Chain.hash("ab", 1, 2, Hash.of(bytes("x")), bytes("c")),
                Chain.hash("ab", 1, 2, Hash.NONE, bytes("d"))));
        assertThat(hashes).hasSize(7);
    }

    @Test
    void aRecordComesBackFromTheTopicAsItWasWritten() {
        Link link = new Link(7, Hash.NONE, Hash.of(bytes("x")));
        ProducerRecord<byte[], byte[]> written = RecordFormat.write(TOPIC, 2, link, bytes("value"));

        assertThat(read(null, written.value(), written.headers()).link()).isEqualTo(link);
        assertThat(read(null, written.value(), written.headers()).value()).isEqualTo(bytes("value"));
    }

    @Test
    void aRecordWithMoreOrLessThanItsPartsHasNoLink() {
        ProducerRecord<byte[], byte[]> written =
                RecordFormat.write(TOPIC, 2, new Link(7, Hash.NONE, Hash.NONE), bytes("value"));

        assertThat(read(bytes("key"), written.value(), written.headers()).link())
                .isNull();
        assertThat(read(null, null, written.headers()).link()).isNull();
        for (String name : List.of("content-type", "audit-sequence", "audit-previous", "audit-hash")) {
            RecordHeaders less = new RecordHeaders(written.headers());
            less.remove(name);
            assertThat(read(null, written.value(), less).link()).isNull();
            less.add(name, new byte[7]);
            assertThat(read(null, written.value(), less).link()).isNull();
        }
        RecordHeaders more = new RecordHeaders(written.headers());
        more.add("note", new byte[0]);
        assertThat(read(null, written.value(), more).link()).isNull();
    }

    private static LoggedRecord read(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return RecordFormat.read(new ConsumerRecord<>(
                TOPIC,
                2,
                5,
                1_000,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key,
                value,
                headers,
                java.util.Optional.empty()));
    }

    @Test
    void aWriterGoesOnOnlyBehindItsOwnLog() {
        TestLog log = TestLog.random(0, new TestLog.Key(), new java.util.Random(5));
        LogEnd end = LogEnd.at(TOPIC, 0, null);
        log.records.forEach(end::replay);
        assertThat(end.next()).isEqualTo(log.records.size());

        LogEnd other = LogEnd.at(TOPIC, 0, null);
        assertThatThrownBy(() -> other.replay(log.records.get(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "[audit partition 0] the record at offset 2 must be the one of sequence 0 and follow the one"
                                + " before but does not: verify the log before anything is written to it");
    }
}
