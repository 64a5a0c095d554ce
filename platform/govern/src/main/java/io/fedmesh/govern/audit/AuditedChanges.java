package io.fedmesh.govern.audit;

import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does what gives, takes or erases between two events, both sealed: that it is about to be done, and what came of it. Where
 * the first cannot be recorded nothing is done. A process that dies in between leaves an attempt without an end, which says
 * so. What gives nobody anything and must not wait for the record is {@linkplain #doAndRecord done first}. Thread-safe when
 * what it is given is.
 */
public final class AuditedChanges {
    private final AuditLog log;
    private final Clock clock;
    private final Supplier<String> ids;

    /**
     * What is to be done.
     *
     * @param who does it
     * @param action as {@link AuditEvent#action()}
     * @param resource the name of what it is done to
     * @param purpose why, in the words of the one who does it; empty where none was given
     * @param reasons what exactly, by names
     * @param agreementIds the agreements that it is about
     */
    public record Change(
            Principal who,
            String action,
            String resource,
            String purpose,
            List<String> reasons,
            List<String> agreementIds) {
        public Change {
            reasons = List.copyOf(reasons);
            agreementIds = List.copyOf(agreementIds);
        }
    }

    /** What came of it, and why so. */
    public record Ending(Outcome outcome, List<String> reasons) {
        public Ending {
            reasons = List.copyOf(reasons);
        }
    }

    /** What does it. */
    public interface Act<T, E extends Exception> {
        T act() throws E;
    }

    /**
     * @param log stays the caller's to close
     * @param clock tells the time of events
     * @param ids gives an id that no other event of the mesh has
     */
    public AuditedChanges(AuditLog log, Clock clock, Supplier<String> ids) {
        this.log = log;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Records, does, records.
     *
     * @param done what came of it by its answer
     * @param failed what came of it by its failure, which is thrown on
     * @throws AuditUnavailableException when nothing was done because it could not be recorded; or, as its message says, when
     *     it was done and only that could not be recorded
     */
    public <T, E extends Exception> T carryOut(
            Change change, Act<T, E> act, Function<? super T, Ending> done, Function<Exception, Ending> failed)
            throws E {
        String request = ids.get();
        try {
            seal(request, request, change, new Ending(Outcome.ATTEMPTED, change.reasons()));
        } catch (RuntimeException e) {
            throw new AuditUnavailableException(
                    "[audit] " + change.action() + " must be recorded before it is done but could not be; nothing was"
                            + " done: " + e.getMessage(),
                    e);
        }
        return carryOutAndRecord(request, change, act, done, failed);
    }

    /**
     * Does what makes the log itself, which nothing can be recorded on before: records what came of it alone.
     *
     * @throws AuditUnavailableException when it was done and could not be recorded
     */
    public <T, E extends Exception> T begin(
            Change change, Act<T, E> act, Function<? super T, Ending> done, Function<Exception, Ending> failed)
            throws E {
        return carryOutAndRecord(ids.get(), change, act, done, failed);
    }

    /**
     * Does what gives nobody anything, and then records what and what came of it, in one event. Where that cannot be recorded
     * it is done all the same.
     *
     * @param done what came of it by its answer
     * @param failed what came of it by its failure, which is thrown on
     * @param unrecorded told why where nothing stands on the record
     */
    public <T, E extends Exception> T doAndRecord(
            Change change,
            Act<T, E> act,
            Function<? super T, Ending> done,
            Function<Exception, Ending> failed,
            Consumer<String> unrecorded)
            throws E {
        T answer;
        try {
            answer = act.act();
        } catch (Exception e) {
            recordOrTell(change, failed.apply(e), unrecorded);
            throw e;
        }
        recordOrTell(change, done.apply(answer), unrecorded);
        return answer;
    }

    private void recordOrTell(Change change, Ending ending, Consumer<String> unrecorded) {
        List<String> reasons = new ArrayList<>(change.reasons());
        reasons.addAll(ending.reasons());
        String request = ids.get();
        try {
            seal(request, request, change, new Ending(ending.outcome(), reasons));
        } catch (RuntimeException e) {
            unrecorded.accept(
                    "[audit] " + change.action() + " went on, but that could not be recorded: " + e.getMessage());
        }
    }

    private <T, E extends Exception> T carryOutAndRecord(
            String request,
            Change change,
            Act<T, E> act,
            Function<? super T, Ending> done,
            Function<Exception, Ending> failed)
            throws E {
        T answer;
        try {
            answer = act.act();
        } catch (Exception e) {
            try {
                seal(ids.get(), request, change, failed.apply(e));
            } catch (RuntimeException unrecorded) {
                e.addSuppressed(unrecorded);
            }
            throw e;
        }
        try {
            seal(ids.get(), request, change, done.apply(answer));
        } catch (RuntimeException e) {
            throw new AuditUnavailableException(
                    "[audit] " + change.action() + " was done, but that could not be recorded: " + e.getMessage(), e);
        }
        return answer;
    }

    private void seal(String id, String request, Change change, Ending ending) {
        log.recordSealed(new AuditEvent(
                id,
                clock.instant(),
                change.who(),
                change.action(),
                change.resource(),
                change.purpose(),
                ending.outcome(),
                ending.reasons(),
                null,
                change.agreementIds(),
                request));
    }
}
