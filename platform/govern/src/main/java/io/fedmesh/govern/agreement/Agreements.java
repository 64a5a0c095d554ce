package io.fedmesh.govern.agreement;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workflow over its log. Any number of processes may have one over the same log: of two who write at once the first one
 * counts, and the other looks again and decides anew. A process that dies anywhere leaves a command done or not done, and
 * the same command again does it once. Thread-safe.
 */
public final class Agreements {
    private static final Logger LOG = LoggerFactory.getLogger(Agreements.class);

    /** How often somebody else may be first before the caller is told that the log is busy. */
    private static final int MAX_TRIES = 50;

    private final GovernanceLog log;
    private final InstantSource clock;
    private GovernanceImage image;

    /**
     * @param log where events lie; stays the caller's to close
     * @param clock the time
     */
    public Agreements(GovernanceLog log, InstantSource clock) {
        this(log, clock, Rules.ALL);
    }

    Agreements(GovernanceLog log, InstantSource clock, Rules rules) {
        this.log = log;
        this.clock = clock;
        this.image = GovernanceImage.empty(rules);
    }

    /**
     * All that the log says now.
     *
     * @throws GovernanceLogException when it cannot be read; a caller who decides by it denies
     */
    public synchronized GovernanceImage image() {
        image = image.with(log.read(image.nextOffset()));
        return image;
    }

    /**
     * Does the command, once. On return it is durable; the image holds it and what came before and after it.
     *
     * @throws CommandRefusedException when the rules do not allow it, or its id was used for another command
     * @throws GovernanceLogException when nobody knows whether it was done: the same command again tells
     */
    public synchronized GovernanceImage submit(Command command) throws CommandRefusedException {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            GovernanceImage now = image();
            if (done(now, command)) {
                tell(now, command);
                return now;
            }
            Event event = event(now, command);
            Optional<String> refusal = now.rules().refusal(now, event);
            if (refusal.isPresent()) {
                throw new CommandRefusedException(refusal.get());
            }
            GovernanceLogException unknown = append(EventCodec.bytes(event));
            GovernanceImage then = image();
            if (done(then, command)) {
                tell(then, command);
                return then;
            }
            if (unknown != null) {
                throw unknown;
            }
        }
        throw new GovernanceLogException(
                "[log] an event must find its place within " + MAX_TRIES + " tries but others were first", null);
    }

    private @Nullable GovernanceLogException append(byte[] event) {
        try {
            log.append(event);
            return null;
        } catch (GovernanceLogException e) {
            return e;
        }
    }

    private static boolean done(GovernanceImage image, Command command) throws CommandRefusedException {
        Optional<String> digest = image.done(command.id());
        if (digest.isPresent() && !digest.get().equals(EventCodec.digest(command))) {
            throw new CommandRefusedException(
                    "[command " + command.id() + "] an id must be of one command but was of another");
        }
        return digest.isPresent();
    }

    private Event event(GovernanceImage now, Command command) throws CommandRefusedException {
        if (now.gap().isPresent()) {
            throw new CommandRefusedException(
                    "[log] it must be whole but " + now.gap().get());
        }
        Directory directory = now.directory();
        if (directory.people().isEmpty() && command.action() instanceof Action.Install install) {
            directory = install.directory();
        }
        Optional<String> subject = directory.subject(command.as());
        if (subject.isEmpty()) {
            throw new CommandRefusedException("[directory] '" + Texts.shown(command.as())
                    + "' must be a person of the directory but was nobody's");
        }
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Event(now.sequence(), now.head(), at.isBefore(now.time()) ? now.time() : at, subject.get(), command);
    }

    private static void tell(GovernanceImage image, Command command) {
        if (command.action() instanceof Action.BreakGlass glass) {
            image.agreement(glass.agreement())
                    .ifPresent(agreement -> LOG.warn(
                            "glass was broken and must be reviewed: agreement={} product={} by={} until={}",
                            agreement.id(),
                            agreement.product(),
                            agreement.consumer(),
                            agreement.until()));
        }
    }
}
