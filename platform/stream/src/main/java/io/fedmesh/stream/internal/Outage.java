package io.fedmesh.stream.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
}
