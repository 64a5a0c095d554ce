package io.fedmesh.stream.internal;

import io.fedmesh.wire.RegistryUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Why a topology is held, and when that is over: once a thread that began after the trouble has committed and has not
 * failed for a while, or when nothing was heard of it for longer than one round of attempts takes. Thread-safe.
 */
final class Outage {
    /** A thread that lacks one of its inputs commits what it reads of the others, and fails within this time. */
    private static final Duration PROBATION = Duration.ofSeconds(2);

    /** Longer than a round of attempts: the registry client's own, or the rejoining of a replaced thread. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(45);

    /** How Kafka's producer words an offset commit without the right to read the topic: no type tells it. */
    private static final String UNTYPED_REFUSAL =
            "Unexpected error in TxnOffsetCommitResponse: " + Errors.TOPIC_AUTHORIZATION_FAILED.message();

    private static final String MEND_GRANTS = "; apply the contracts' grants: the topology then goes on by itself";

    private final String text;
    private final Instant metAt;
    private final Set<String> threadsBefore;
    private @Nullable Instant provenAt;

    /**
     * @param text for people
     * @param threadsBefore names of the threads that there were when it was met
     */
    Outage(String text, Instant metAt, Set<String> threadsBefore) {
        this.text = text;
        this.metAt = metAt;
        this.threadsBefore = new HashSet<>(threadsBefore);
    }

    String text() {
        return text;
    }

    /**
     * Whether the topology is at work again.
     *
     * @param commits how often each thread has committed, by its name
     */
    synchronized boolean isOver(Instant now, Map<String, Double> commits) {
        if (provenAt == null
                && commits.entrySet().stream()
                        .anyMatch(thread -> thread.getValue() > 0 && !threadsBefore.contains(thread.getKey()))) {
            provenAt = now;
        }
        Instant proven = provenAt;
        return (proven != null && !now.isBefore(proven.plus(PROBATION))) || !now.isBefore(metAt.plus(FORGOTTEN_AFTER));
    }

    /** What an operator can mend, and how; null for anything else. */
    static @Nullable String reason(Throwable error) {
        Throwable right = Rejections.cause(error, AuthorizationException.class);
        if (right != null) {
            return text(right) + MEND_GRANTS;
        }
        Throwable login = Rejections.cause(error, AuthenticationException.class);
        if (login != null) {
            return text(login) + "; check the topology's user and password at the brokers";
        }
        Throwable away = Rejections.cause(error, RegistryUnavailableException.class);
        if (away == null) {
            away = Rejections.cause(error, RetriableException.class);
        }
        if (away != null) {
            return text(away);
        }
        Throwable root = root(error);
        return UNTYPED_REFUSAL.equals(root.getMessage()) ? text(root) + MEND_GRANTS : null;
    }

    /** The root cause without any record's value. */
    static String describe(Throwable error) {
        return text(root(error));
    }

    private static Throwable root(Throwable error) {
        Throwable root = error;
        for (int i = 0; i < 16 && root.getCause() != null; i++) {
            root = root.getCause();
        }
        return root;
    }

    /** Kafka's messages and ours, which begin with [where], hold no record's value; of others only the class is told. */
    private static String text(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        boolean isSafe = cause instanceof KafkaException
                || cause.getClass().getName().startsWith("io.fedmesh.")
                || message.startsWith("[");
        return cause.getClass().getSimpleName() + (isSafe ? ": " + message : "");
    }
}
