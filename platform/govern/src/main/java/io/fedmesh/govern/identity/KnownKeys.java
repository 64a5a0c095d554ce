package io.fedmesh.govern.identity;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's keys as they were read last. They are read anew when they are ten minutes old and when a token names one that is
 * not among them, but twice a minute at most, whatever tokens come; where they cannot be read, the old ones hold for an hour.
 * Thread-safe.
 */
final class KnownKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KnownKeys.class);
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration OLDEST = Duration.ofHours(1);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final KeySource source;
    private final InstantSource clock;
    private @Nullable KeySet keys;
    private Instant readAt = Instant.MIN;
    private Instant triedAt = Instant.MIN;

    KnownKeys(KeySource source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * The keys, with the one of this id if the issuer has it.
     *
     * @throws IdentityRefusedException when nobody knows the issuer's keys
     */
    synchronized KeySet keys(String id) throws IdentityRefusedException {
        Instant now = clock.instant();
        KeySet known = keys;
        if (known == null || !known.has(id) || isOver(readAt, FRESH, now)) {
            known = readAnew(now);
        }
        if (known == null || isOver(readAt, OLDEST, now)) {
            throw new IdentityRefusedException("[keys] those of the issuer must be known but are not");
        }
        return known;
    }

    private @Nullable KeySet readAnew(Instant now) {
        if (isOver(triedAt, PAUSE, now)) {
            triedAt = now;
            try {
                KeySet read = KeySet.parse(source.read()).orElse(null);
                if (read == null) {
                    LOG.warn("an issuer's keys must be a set of keys but were not: source={}", source);
                } else {
                    keys = read;
                    readAt = now;
                }
            } catch (IOException e) {
                LOG.warn("an issuer's keys must be readable but were not: {}", e.getMessage());
            }
        }
        return keys;
    }

    /** A clock that went back makes old what seems to come from later. */
    private static boolean isOver(Instant since, Duration time, Instant now) {
        return since.equals(Instant.MIN) || now.isBefore(since) || !now.isBefore(since.plus(time));
    }
}
