package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.cdc.Capture.State;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.Op;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What is captured, on a real database and a real broker. */
@NullUnmarked
class CaptureIT {

    @Test
    void rowsThatStoodThereAndChangesAfterThemArePublished() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title) select n, 'v' || n from generate_series(1, 1000) n");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);

            rig.sql(
                    "update port.vessel set title = title || '!' where id <= 500; delete from port.vessel where id > 900;"
                            + "insert into port.vessel (id, title) values (2000, 'new')");
            rig.awaitCaughtUp(capture);

            rig.assertVesselsAreRight();
            List<Rig.Event> events = rig.events("vessel");
            assertThat(events.stream().filter(e -> e.headers().op() == Op.READ)).hasSize(1000);
            assertThat(events.stream().filter(e -> e.headers().op() == Op.UPDATE))
                    .hasSize(500);
            assertThat(events.stream().filter(e -> e.headers().op() == Op.DELETE))
                    .hasSize(100);
            assertThat(events.stream().filter(e -> e.headers().op() == Op.CREATE))
                    .hasSize(1);
            assertThat(events.stream().filter(e -> e.headers().op() != Op.READ))
                    .allSatisfy(e -> assertThat(e.headers().transaction()).isPositive());
        }
    }

    @Test
    void everyTypeArrivesAsTheContractSays() {
        try (Rig rig = new Rig()) {
            String row = "(%d, 'Ä\u00fc', 1234567890.10, '1999-12-31', '2026-03-04 05:06:07.123456+02',"
                    + " '2026-03-04 05:06:07.5', false, -3, 2.5, '{a,\"b c\",NULL}'::text[], 'n', '{\"a\": 1}',"
                    + " '0f8fad5b-d9cb-469f-a165-70867728950e', 'ferry', '\\x00ff', 'hidden')";
            rig.sql("insert into port.vessel values " + row.formatted(1).replace(",NULL}", "}")
                    + "; insert into port.vessel (id, title, tonnage, flags) values (2, '', null, '{}')");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("insert into port.vessel values " + row.formatted(3).replace(",NULL}", "}")
                    + "; insert into port.vessel (id, title, tonnage, flags) values (4, '', null, '{}')");
            rig.awaitCaughtUp(capture);

            List<Rig.Event> events = rig.events("vessel");
            for (String key : List.of("1", "3")) {
                GenericRecord full = one(events, key);
                assertThat(full.get("name")).isEqualTo("Ä\u00fc");
                assertThat(full.get("tonnage")).hasToString("1234567890.10");
                assertThat(full.get("built")).hasToString("1999-12-31");
                assertThat(full.get("registered")).hasToString("2026-03-04T03:06:07.123456Z");
                assertThat(full.get("moored")).hasToString("2026-03-04T05:06:07.500");
                assertThat(full.get("active")).isEqualTo(false);
                assertThat(full.get("crew")).isEqualTo(-3);
                assertThat(full.get("draught")).isEqualTo(2.5);
                assertThat(full.get("flags")).asList().containsExactly("a", "b c");
                assertThat(full.get("papers")).isEqualTo("{\"a\": 1}");
                assertThat(full.get("token")).isEqualTo("0f8fad5b-d9cb-469f-a165-70867728950e");
                assertThat(full.get("kind")).hasToString("ferry");
                assertThat(full.get("scan")).isEqualTo(java.nio.ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));
            }
            for (String key : List.of("2", "4")) {
                GenericRecord sparse = one(events, key);
                assertThat(sparse.get("tonnage")).isNull();
                assertThat(sparse.get("notes")).isNull();
                assertThat(sparse.get("flags")).asList().isEmpty();
                assertThat(sparse.get("registered")).hasToString("2026-01-02T03:04:05.678901Z");
            }
        }
    }

    @Test
    void aColumnThatTheContractDoesNotNameIsNotPublished() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title, secret) values (1, 'a', 'canary-one')");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("alter table port.vessel add column later text default 'canary-two';"
                    + "insert into port.vessel (id, title, secret) values (2, 'b', 'canary-three');"
                    + "insert into port.other values (1, 'canary-four')");
            rig.awaitCaughtUp(capture);

            assertThat(rig.state("vessel", "name")).containsOnlyKeys("1", "2");
            assertThat(rig.records(rig.contract("vessel").topic().toString()))
                    .allSatisfy(r -> assertThat(new String(r.value(), StandardCharsets.ISO_8859_1))
                            .doesNotContain("canary"));
        }
    }

    @Test
    void anUnchangedLargeValueKeepsItsValueAndThePlaceholderNeverLeaves() {
        try (Rig rig = new Rig()) {
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("alter table port.vessel alter column notes set storage external;"
                    + "insert into port.vessel (id, title, notes, papers, flags)"
                    + " select 1, 'a', repeat(md5('x'), 1000), jsonb_build_object('k', repeat('j', 20000)),"
                    + " array_fill(repeat('f', 3000), array[10])");
            rig.sql("update port.vessel set title = 'b'");
            rig.awaitCaughtUp(capture);

            List<Rig.Event> events = rig.events("vessel");
            assertThat(events).hasSize(2);
            GenericRecord before = events.get(0).record();
            GenericRecord after = events.get(1).record();
            assertThat(after.get("name")).isEqualTo("b");
            for (String field : List.of("notes", "papers", "flags")) {
                assertThat(after.get(field)).isEqualTo(before.get(field));
            }
            assertThat(((String) after.get("notes"))).hasSize(32_000);
            assertThat(after.toString()).doesNotContain("fedmesh-unavailable");
        }
    }

    @Test
    void aTruncationDeletesEveryRow() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title) select n, 'v' from generate_series(1, 1200) n;"
                    + "insert into port.berth values ('a', 1)");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("begin; insert into port.vessel (id, title) values (5000, 'early'); truncate port.vessel;"
                    + "insert into port.vessel (id, title) values (7, 'late'); commit");
            rig.awaitCaughtUp(capture);

            assertThat(rig.state("vessel", "name")).isEqualTo(Map.of("7", "late"));
            assertThat(rig.state("berth", "quay")).containsOnlyKeys("a|1");
            rig.assertVesselsAreRight();
        }
    }

    @Test
    void aTruncationStopsCaptureWhereTheSourceRefusesIt() {
        try (Rig rig = new Rig(Source.Truncate.REFUSE)) {
            rig.sql("insert into port.vessel (id, title) values (1, 'a')");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("truncate port.vessel");
            Rig.awaitState(capture, State.FAILED);

            assertThat(capture.health().cause()).hasMessageContaining("a captured table must not be truncated");
            assertThat(rig.state("vessel", "name")).hasSize(1);
        }
    }

    @Test
    void aChangedKeyIsADeletionAndACreation() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.berth values ('a', 1, 'x'), ('b|c', 2, 'y')");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("update port.berth set number = 9, label = 'z' where quay = 'a';"
                    + "update port.berth set quay = 'd' where number = 2");
            rig.awaitCaughtUp(capture);

            assertThat(rig.state("berth", "label")).isEqualTo(Map.of("a|9", "z", "d|2", "y"));
            assertThat(rig.events("berth"))
                    .extracting(e -> e.headers().op())
                    .containsOnly(Op.READ, Op.DELETE, Op.CREATE);
        }
    }

    @Test
    void aRowThatDoesNotFitIsRejectedAndTheRestGoesOn() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title, tonnage) values (1, 'a', 'NaN')");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("insert into port.vessel (id, title, tonnage) values (2, 'b', 'NaN');"
                    + "insert into port.vessel (id, title, registered) values (3, 'c', 'infinity');"
                    + "insert into port.vessel (id, title, built) values (4, 'd', '-infinity');"
                    + "alter table port.vessel alter column tonnage type numeric(14, 4);"
                    + "insert into port.vessel (id, title, tonnage) values (5, 'e', 1.0001), (6, 'f', 1.0100);"
                    + "insert into port.vessel (id, title, notes) values (7, 'g', repeat('n', 2000000))");
            rig.awaitCaughtUp(capture);

            assertThat(rig.state("vessel", "name")).isEqualTo(Map.of("6", "f"));
            List<ConsumerRecord<byte[], byte[]>> rejected =
                    rig.records(rig.contract("vessel").topic().rejected().toString());
            assertThat(rejected)
                    .extracting(r -> new String(r.key(), StandardCharsets.UTF_8) + " "
                            + new String(
                                    r.headers()
                                            .lastHeader("mesh_rejected_reason")
                                            .value(),
                                    StandardCharsets.UTF_8))
                    .containsExactly(
                            "1 CONTRACT", "2 CONTRACT", "3 CONTRACT", "4 CONTRACT", "5 CONTRACT", "7 TOO_LARGE");
            assertThat(new String(rejected.get(1).value(), StandardCharsets.UTF_8))
                    .contains("\"tonnage\":\"NaN\"");
            assertThat(capture.health()
                            .products()
                            .get(rig.contract("vessel").name())
                            .rejected())
                    .isEqualTo(6);
        }
    }

    private static GenericRecord one(List<Rig.Event> events, String key) {
        return events.stream()
                .filter(e -> e.key().equals(key))
                .findFirst()
                .orElseThrow()
                .record();
    }
}
