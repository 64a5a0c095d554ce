package io.fedmesh.contract.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.failpoint.Failpoint.Mode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailpointTest {
    private final List<String> witnessed = new ArrayList<>();

    @AfterEach
    void disarm() {
        Failpoint.arm(List.of(), witnessed::add);
    }

    @Test
    void nothingStrikesUnlessArmed() {
        assertThatCode(Failpoint.SINK_BEFORE_COMMIT::hit).doesNotThrowAnyException();
    }

    @Test
    void anArmedPlaceStrikesOnceAtItsTurn() {
        Failpoint.arm(Charge.parse("sink.before-commit:2:throw"), witnessed::add);

        Failpoint.SINK_BEFORE_COMMIT.hit();
        Failpoint.SINK_AFTER_COMMIT.hit();
        assertThatThrownBy(Failpoint.SINK_BEFORE_COMMIT::hit)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("java.io.IOException: [failpoint sink.before-commit] must fail here");
        Failpoint.SINK_BEFORE_COMMIT.hit();

        assertThat(witnessed).containsExactly("sink.before-commit throw");
    }

    @Test
    void armingAnewForgetsWhatWasArmed() {
        Failpoint.arm(Charge.parse("stream.output:1:throw"), witnessed::add);
        Failpoint.arm(List.of(), witnessed::add);

        Failpoint.STREAM_OUTPUT.hit();

        assertThat(witnessed).isEmpty();
    }

    @Test
    void chargesAreWhatTheirTextSays() {
        List<Charge> charges = Charge.parse("capture.after-send:3:halt, sink.in-batch:1:pause=2500\n");

        assertThat(charges)
                .containsExactly(
                        new Charge(Failpoint.CAPTURE_AFTER_SEND, 3, Mode.HALT, 0),
                        new Charge(Failpoint.SINK_IN_BATCH, 1, Mode.PAUSE, 2_500));
        assertThat(Charge.parse(charges.get(0) + "," + charges.get(1))).isEqualTo(charges);
        assertThat(Charge.parse(" ")).isEmpty();
    }

    @Test
    void whatIsNoChargeIsRefused() {
        assertThatThrownBy(() -> Charge.parse("sink.in-batch:0:halt"))
                .hasMessage("[failpoint] must be <place>:<n>:halt|throw|pause=<milliseconds> but was"
                        + " 'sink.in-batch:0:halt'");
        assertThatThrownBy(() -> Charge.parse("sink.nowhere:1:halt"))
                .hasMessageStartingWith("[failpoint] a place must be one of [capture.before-send,")
                .hasMessageEndingWith("but was 'sink.nowhere'");
        assertThatThrownBy(() -> Charge.parse("sink.in-batch:1:pause"))
                .hasMessage("[failpoint sink.in-batch] 'pauseMs' must be 1 to 600000 for a pause and 0 otherwise but"
                        + " was 0");
    }
}
