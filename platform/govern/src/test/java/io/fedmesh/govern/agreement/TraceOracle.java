package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a trace by what was really done by whom, without asking the code under test what it thinks of anybody. It is told
 * each command that was taken and looks at what is live.
 */
final class TraceOracle {
    private TraceWorld world;
    private Instant latest = Instant.EPOCH;
    private final Map<String, Track> tracks = new LinkedHashMap<>();
    private int taken;
    int lives;

    TraceOracle(TraceWorld world) {
        this.world = world;
    }

    /** One agreement. */
    private static final class Track {
        final ProductName product;
        final Consumer consumer;
        final Set<Integer> askers = new HashSet<>();
        final Set<Integer> near = new HashSet<>();
        final List<Version> versions = new ArrayList<>();
        boolean closed;
        int glassBy = -1;
        Instant glassUntil = Instant.EPOCH;
        boolean reviewed;

        Track(ProductName product, Consumer consumer) {
            this.product = product;
            this.consumer = consumer;
        }
    }

    /** What was asked at one time, and who said yes to just this. */
    private static final class Version {
        final Terms terms;
        final List<Integer> valid = new ArrayList<>();
        int independent;

        Version(Terms terms) {
            this.terms = terms;
        }
    }

    /**
     * A command was taken.
     *
     * @param human who really gave it
     * @param subject whom the event names
     * @param read the terms that an approver had before him, or null
     * @return what is wrong with that, or null
     */
    @Nullable
    String took(
            int human, String subject, Command command, Instant at, @Nullable Terms read, @Nullable TraceWorld next) {
        taken++;
        if (at.isBefore(latest)) {
            return "time went back";
        }
        latest = at;
        if (!subject.equals("s" + human)) {
            return "human " + human + " passed for " + subject;
        }
        Action action = command.action();
        if (action instanceof Action.Install) {
            boolean operator = world.roles().get(human).contains(Role.OPERATOR);
            world = java.util.Objects.requireNonNull(next);
            tracks.values().forEach(this::look);
            return operator ? null : "human " + human + " is no operator and told who there is";
        }
        return ofAgreement(human, (Action.OfAgreement) action, at, read);
    }

    private @Nullable String ofAgreement(int human, Action.OfAgreement action, Instant at, @Nullable Terms read) {
        if (action instanceof Action.Ask ask) {
            Track track = new Track(ask.product(), ask.consumer());
            if (tracks.put(ask.agreement(), track) != null) {
                return "an agreement was asked for twice";
            }
            return asked(track, human, ask.terms(), at);
        }
        if (action instanceof Action.BreakGlass glass) {
            boolean unreviewed = tracks.values().stream()
                    .anyMatch(t ->
                            t.glassBy >= 0 && !t.reviewed && world.near(human).contains(t.glassBy));
            Track track = new Track(glass.product(), new Consumer.User("s" + human));
            track.glassBy = human;
            track.glassUntil = glass.until();
            track.askers.add(human);
            look(track);
            tracks.put(glass.agreement(), track);
            if (!world.roles().get(human).contains(Role.OPERATOR) && !world.holdsOffice(human)) {
                return "human " + human + " broke glass and is nobody";
            }
            if (unreviewed) {
                return "human " + human + " broke glass unreviewed";
            }
            return Duration.between(at, glass.until()).compareTo(Duration.ofHours(4)) > 0 ? "glass for days" : null;
        }
        Track track = java.util.Objects.requireNonNull(tracks.get(action.agreement()));
        if (action instanceof Action.Edit edit) {
            return asked(track, human, edit.terms(), at);
        }
        if (action instanceof Action.Renew renew) {
            return asked(track, human, renew.terms(), at);
        }
        if (action instanceof Action.Approve) {
            return approved(track, human, at, read);
        }
        if (action instanceof Action.Deny) {
            track.closed |= track.versions.stream().allMatch(v -> v.independent == 0) || track.versions.size() == 1;
        } else if (action instanceof Action.Revoke) {
            track.closed = true;
        } else if (action instanceof Action.Review review) {
            track.reviewed = true;
            track.closed |= review.finding() == Action.Finding.MISUSE;
            return track.near.contains(human) ? "who broke glass reviewed it" : null;
        }
        return null;
    }

    private @Nullable String asked(Track track, int human, Terms terms, Instant at) {
        track.askers.add(human);
        track.versions.add(new Version(terms));
        look(track);
        boolean may = track.consumer instanceof Consumer.User user
                ? user.subject().equals("s" + human)
                        || world.actsFor()
                                .contains(List.of(
                                        human, Integer.parseInt(user.subject().substring(1))))
                : world.worksIn(((Consumer.Team) track.consumer).domain(), human);
        if (!may || !world.roles().get(human).contains(Role.CONSUMER)) {
            return "human " + human + " asked for " + track.consumer;
        }
        return last(terms).isAfter(day(at).plusDays(366)) ? "an agreement for years" : null;
    }

    private @Nullable String approved(Track track, int human, Instant at, @Nullable Terms read) {
        Version version = track.versions.get(track.versions.size() - 1);
        look(track);
        if (version.terms.equals(read) && world.holdsOffice(human) && !track.near.contains(human)) {
            version.valid.add(human);
        }
        version.independent = (int) version.valid.stream()
                .filter(v -> !track.near.contains(v))
                .map(v -> Set.copyOf(world.near(v)))
                .distinct()
                .count();
        return isOver(version.terms, at) ? "what was over was approved" : null;
    }

    /** Who has a part in it is not forgotten while it is. */
    private void look(Track track) {
        Set<Integer> parties = new HashSet<>(track.askers);
        if (track.consumer instanceof Consumer.User user) {
            parties.add(Integer.parseInt(user.subject().substring(1)));
        } else if (((Consumer.Team) track.consumer).domain().equals("harbour")) {
            for (int i = 0; i < TraceWorld.HUMANS; i++) {
                if (world.worksIn("harbour", i)) {
                    parties.add(i);
                }
            }
        }
        parties.forEach(party -> track.near.addAll(world.near(party)));
    }

    /** What is wrong with what is live, or null. */
    @Nullable
    String judge(GovernanceImage image, List<Live> live, Instant clock) {
        if (image.sequence() != taken) {
            return image.sequence() + " events count and " + taken + " commands were given";
        }
        Instant now = clock.isBefore(latest) ? latest : clock;
        for (Live of : live) {
            lives++;
            String id = of.agreement().id();
            Track track = java.util.Objects.requireNonNull(tracks.get(id));
            if (track.closed) {
                return id + " is closed and live";
            }
            String wrong = track.glassBy >= 0 ? glass(track, now) : granted(track, of, now);
            if (wrong != null) {
                return id + " is live and " + wrong;
            }
        }
        return null;
    }

    private static @Nullable String glass(Track track, Instant now) {
        return now.isBefore(track.glassUntil) ? null : "over";
    }

    private @Nullable String granted(Track track, Live live, Instant now) {
        Version version = track.versions.stream()
                .filter(v -> v.terms.purpose().equals(live.purpose()))
                .findFirst()
                .orElseThrow();
        if (isOver(version.terms, now)) {
            return "over";
        }
        if (day(now).isBefore(version.terms.start())) {
            return "not begun";
        }
        if (!version.terms.fields().containsAll(live.fields())) {
            return "gives more than was asked";
        }
        int needed = world.confidential(track.product, version.terms.fields()) ? 2 : 1;
        return version.independent < needed ? "approved by " + version.valid + " alone" : null;
    }

    /** By what was asked for: a day holds to its end, an instant is the first at which nothing holds any more. */
    private static boolean isOver(Terms terms, Instant at) {
        return terms.end().length() > 10 ? at.compareTo(Instant.parse(terms.end())) >= 0 : day(at).isAfter(last(terms));
    }

    private static LocalDate last(Terms terms) {
        return LocalDate.parse(terms.end().substring(0, 10));
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
