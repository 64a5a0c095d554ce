package io.fedmesh.govern.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.audit.AuditFinding.Kind;
import io.fedmesh.govern.internal.audit.SignedCheckpoint.Unbelievable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedCheckpointTest {
    private static final TestLog.Key KEY = new TestLog.Key();
    private static final TestLog.Key FORMER = new TestLog.Key();

    private static SignedCheckpoint checkpoint() {
        LogEnd end = LogEnd.at(TestLog.TOPIC, 4, null);
        for (int i = 0; i < 11; i++) {
            end.append(new byte[] {(byte) i});
        }
        end.standsAt(21);
        return end.head(Instant.parse("2026-02-03T04:05:06.789Z"));
    }

    @Test
    void aCheckpointComesBackAsItWasSigned() throws Exception {
        SignedCheckpoint made = checkpoint();
        byte[] content = made.signed(KEY);

        assertThat(SignedCheckpoint.open(content, Trust.in(List.of(FORMER.publicKey(), KEY.publicKey()))))
                .isEqualTo(made);
        assertThat(new String(content, StandardCharsets.UTF_8).lines())
                .startsWith("fedmesh audit checkpoint v1")
                .containsSequence(
                        "",
                        TestLog.TOPIC + "/4",
                        "11",
                        made.head().root().toString(),
                        "checkpoint 0",
                        "time 2026-02-03T04:05:06.789Z")
                .anyMatch(line -> line.startsWith("\u2014 " + TestLog.TOPIC + "/4 "));
        assertThat(made.head().text().length()).as("what a key service takes").isLessThan(4_096);
    }

    @Test
    void theSignatureOfAnyOtherKeyIsNotBelieved() {
        assertThatThrownBy(() -> SignedCheckpoint.open(checkpoint().signed(FORMER), Trust.in(List.of(KEY.publicKey()))))
                .isInstanceOfSatisfying(
                        Unbelievable.class, e -> assertThat(e.kind()).isEqualTo(Kind.CHECKPOINT_UNTRUSTED))
                .hasMessage("no trusted key signed it");
        assertThatThrownBy(() -> SignedCheckpoint.open(checkpoint().signed(KEY), Trust.in(List.of())))
                .isInstanceOf(Unbelievable.class);
    }

    @Test
    void anotherLogsSignatureUnderTheSameKeyIsNotBelieved() {
        String content = new String(checkpoint().signed(KEY), StandardCharsets.UTF_8);
        String renamed = content.replace("\u2014 " + TestLog.TOPIC + "/4", "\u2014 " + TestLog.TOPIC + "/5");
        assertThatThrownBy(() -> SignedCheckpoint.open(
                        renamed.getBytes(StandardCharsets.UTF_8), Trust.in(List.of(KEY.publicKey()))))
                .isInstanceOf(Unbelievable.class)
                .hasMessage("no trusted key signed it");
    }

    @Test
    void noPartOfACheckpointMayBeMissingOrTooMuch() {
        String content = new String(checkpoint().signed(KEY), StandardCharsets.UTF_8);
        Trust anybody = (id, text, signature) -> Trust.Verdict.HOLDS;
        List<String> lines = content.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder less = new StringBuilder();
            StringBuilder more = new StringBuilder();
            for (int k = 0; k < lines.size(); k++) {
                String line = lines.get(k) + "\n";
                less.append(k == i ? "" : line);
                more.append(line).append(k == i ? "x\n" : "");
            }
            for (StringBuilder altered : List.of(less, more)) {
                assertThatThrownBy(() ->
                                SignedCheckpoint.open(altered.toString().getBytes(StandardCharsets.UTF_8), anybody))
                        .as("at line %d", i)
                        .isInstanceOf(Unbelievable.class);
            }
        }
    }

    @Test
    void bytesThatAreNoCheckpointAreRefused() {
        Trust anybody = (id, text, signature) -> Trust.Verdict.HOLDS;
        for (byte[] bytes : List.of(
                new byte[0],
                new byte[] {(byte) 0xff},
                "\n\n".getBytes(StandardCharsets.UTF_8),
                "\n\n\n\n".getBytes(StandardCharsets.UTF_8),
                new byte[100_000])) {
            assertThatThrownBy(() -> SignedCheckpoint.open(bytes, anybody))
                    .isInstanceOfSatisfying(
                            Unbelievable.class,
                            e -> assertThat(e.kind()).isIn(Kind.CHECKPOINT_ALTERED, Kind.CHECKPOINT_UNTRUSTED));
        }
    }

    @Test
    void timeNeverRunsBackFromOneCheckpointToTheNext() {
        LogEnd end = LogEnd.at(TestLog.TOPIC, 0, null);
        end.append(new byte[1]);
        SignedCheckpoint first = end.head(Instant.parse("2026-02-03T00:00:00Z"));
        end.covered(first);
        end.append(new byte[1]);

        assertThat(end.head(Instant.parse("2026-02-02T00:00:00Z")).head().time())
                .isEqualTo(first.head().time());
    }
}
