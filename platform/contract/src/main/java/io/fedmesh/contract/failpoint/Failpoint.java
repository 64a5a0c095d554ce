package io.fedmesh.contract.failpoint;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The places of our own code at which a fault campaign may strike. While nothing is armed, {@link #hit} reads one field and
 * returns. Only {@link #arm} arms, and only a process that was explicitly told so calls it. Thread-safe.
 */
public enum Failpoint {
    /** A capture has a batch, nothing of it is sent. */
    CAPTURE_BEFORE_SEND("capture.before-send"),
    /** All of a batch and its position are sent, the transaction is open. */
    CAPTURE_AFTER_SEND("capture.after-send"),
    /** The transaction is committed, the capture does not know it yet. */
    CAPTURE_AFTER_COMMIT("capture.after-commit"),
    /** The position is stored, the slot stands before it. */
    CAPTURE_BEFORE_SLOT("capture.before-slot"),
    /** The slot was told to move, the next poll has not begun. */
    CAPTURE_AFTER_SLOT("capture.after-slot"),
    /** A snapshot is claimed, its slot is not made. */
    CAPTURE_SNAPSHOT_CLAIMED("capture.snapshot-claimed"),
    /** A batch of a snapshot is published, the snapshot is not at its end. */
    CAPTURE_IN_SNAPSHOT("capture.in-snapshot"),
    /** A topology has written an output, its transaction is open. */
    STREAM_OUTPUT("stream.output"),
    /** The sink has taken a record into its batch, files are half-written. */
    SINK_IN_BATCH("sink.in-batch"),
    /** Files of a commit are in the store, the commit has not begun. */
    SINK_BEFORE_COMMIT("sink.before-commit"),
    /** The catalog has taken the commit, nobody has heard of it. */
    SINK_COMMIT_APPLIED("sink.commit-applied"),
    /** A table's commit is known to have been made, the key index does not know it. */
    SINK_AFTER_COMMIT("sink.after-commit"),
    /** {@code _history} is committed, {@code _latest} is not. */
    SINK_BETWEEN_TABLES("sink.between-tables"),
    /** Both tables are committed and the index knows it, the consumer's offsets do not. */
    SINK_AFTER_FLUSH("sink.after-flush");

    /** What happens at a place. */
    public enum Mode {
        /** The process ends at once, exit code 137, as by {@code kill -9}. */
        HALT,
        /** An I/O error is thrown. */
        THROW,
        /** The thread waits. */
        PAUSE
    }

    private static volatile @Nullable Armed armed;

    private final String code;

    Failpoint(String code) {
        this.code = code;
    }

    /** Strikes if this place is armed and its turn has come. */
    public void hit() {
        Armed now = armed;
        if (now != null) {
            now.hit(this);
        }
    }

    /**
     * Arms places of this process; what was armed before is not any more.
     *
     * @param charges none disarms everything
     * @param witness told {@code <place> <mode>} just before each strike
     */
    public static void arm(List<Charge> charges, Consumer<String> witness) {
        armed = charges.isEmpty() ? null : new Armed(charges, witness);
    }

    /** The place of a name; refuses another with {@link IllegalArgumentException}. */
    public static Failpoint of(String code) {
        for (Failpoint point : values()) {
            if (point.code.equals(code)) {
                return point;
            }
        }
        throw new IllegalArgumentException(
                "[failpoint] a place must be one of " + List.of(values()) + " but was '" + code + "'");
    }

    /** Its name, for example {@code sink.before-commit}. */
    @Override
    public String toString() {
        return code;
    }
}
