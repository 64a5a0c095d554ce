package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Random commands by random humans under random names, some of them written straight into the log as a forger would, with a
 * clock that jumps. Judged after every step.
 */
final class Trace {
    private static final int STEPS = 30;
    private static final String[] AGREEMENTS = {"a-0", "a-1", "a-2", "a-3"};

    private final Random random;
    private final MemoryLog log = new MemoryLog();
    private final Agreements agreements;
    private final TraceOracle oracle;
    private final List<Terms> asked = new ArrayList<>();
    private final List<Given> given = new ArrayList<>();
    private TraceWorld world;
    private Instant clock = Instant.parse("2026-01-01T08:00:00Z");
    private int numbers;

    /** A command as it was given; what its giver had read, and how the world is when it is taken. */
    private record Given(
            int human,
            Command command,
            @Nullable Terms read,
            @Nullable TraceWorld next) {}

    Trace(Rules rules, long seed) {
        random = new Random(seed);
        world = TraceWorld.first(random);
        agreements = new Agreements(log, () -> clock, rules);
        oracle = new TraceOracle(world);
    }

    /** How often something was live when it was looked at. */
    int lives() {
        return oracle.lives;
    }

    /** What was wrong first, or null. */
    @Nullable
    String run() {
        String wrong = give(new Given(0, command(0, new Action.Install(world.directory())), null, world), false);
        for (int step = 0; step < STEPS && wrong == null; step++) {
            if (random.nextInt(5) == 0) {
                clock = clock.plus(jump());
            } else if (!given.isEmpty() && random.nextInt(12) == 0) {
                Given again = given.get(random.nextInt(given.size()));
                wrong = give(again, random.nextBoolean());
            } else {
                wrong = give(next(), random.nextInt(5) == 0);
            }
            if (wrong == null) {
                GovernanceImage image = agreements.image();
                wrong = oracle.judge(image, Live.of(image, clock), clock);
            }
        }
        return wrong;
    }

    private Duration jump() {
        return switch (random.nextInt(6)) {
            case 0 -> Duration.ofDays(-random.nextInt(40));
            case 1 -> Duration.ofDays(random.nextInt(200));
            case 2 -> Duration.ofDays(random.nextInt(10));
            default -> Duration.ofMinutes(random.nextInt(400));
        };
    }

    private @Nullable String give(Given what, boolean forged) {
        GovernanceImage before = agreements.image();
        if (forged) {
            forge(before, what);
        } else {
            try {
                agreements.submit(what.command());
            } catch (CommandRefusedException refused) {
                return agreements.image().sequence() == before.sequence() ? null : "a refused command counts";
            }
        }
        GovernanceImage after = agreements.image();
        if (after.sequence() == before.sequence()) {
            return null;
        }
        if (given.stream().anyMatch(g -> g.command().id().equals(what.command().id()))) {
            return "a command counts twice";
        }
        given.add(what);
        if (what.next() != null) {
            world = what.next();
        }
        Event event = lastEvent();
        if (what.command().action() instanceof Action.Ask
                || what.command().action() instanceof Action.Edit
                || what.command().action() instanceof Action.Renew) {
            asked.add(terms(what.command().action()));
        }
        return oracle.took(what.human(), event.subject(), what.command(), event.at(), what.read(), what.next());
    }

    private Event lastEvent() {
        List<GovernanceLog.Entry> entries = log.read(0);
        return EventCodec.event(entries.get(entries.size() - 1).event());
    }

    /** Writes the event without asking whether it may be: under another's subject, or at another time, or as it would be. */
    private void forge(GovernanceImage image, Given what) {
        String subject = "s" + (random.nextInt(3) == 0 ? random.nextInt(TraceWorld.HUMANS) : what.human());
        Instant at = clock.isBefore(image.time()) && random.nextBoolean() ? image.time() : clock;
        if (random.nextInt(8) == 0) {
            at = at.minus(Duration.ofDays(random.nextInt(60)));
        }
        log.append(EventCodec.bytes(
                new Event(image.sequence(), image.head(), at.truncatedTo(ChronoUnit.MILLIS), subject, what.command())));
    }

    private Given next() {
        int human = random.nextInt(TraceWorld.HUMANS);
        GovernanceImage image = agreements.image();
        int kind = random.nextInt(100);
        if (kind < 8) {
            int teller = random.nextInt(3) == 0 ? human : 0;
            TraceWorld next = world.changed(random);
            return new Given(teller, command(teller, new Action.Install(next.directory())), null, next);
        }
        String id = AGREEMENTS[random.nextInt(AGREEMENTS.length)];
        for (int tries = 0; tries < 3 && decided(image, id); tries++) {
            id = AGREEMENTS[random.nextInt(AGREEMENTS.length)];
        }
        Agreement agreement = image.agreement(id).orElse(null);
        if (agreement == null) {
            ProductName product = random.nextBoolean() ? TraceWorld.CRATE : TraceWorld.VAULT;
            Action action = kind < 75
                    ? new Action.Ask(id, product, consumer(human), terms(product))
                    : new Action.BreakGlass(
                            id,
                            product,
                            "an emergency",
                            agreedTime(image).plus(Duration.ofMinutes(1 + random.nextInt(400))),
                            Set.of("id"));
            return new Given(human, command(human, action), null, null);
        }
        if (kind < 20) {
            return given(human, new Action.Edit(id, terms(agreement.product())));
        }
        if (kind < 30) {
            return given(human, new Action.Renew(id, terms(agreement.product())));
        }
        if (kind < 34) {
            return given(human, new Action.Revoke(id, "no more"));
        }
        if (kind < 42 && agreement.glass() != null) {
            return given(
                    human,
                    new Action.Review(
                            id, random.nextBoolean() ? Action.Finding.JUSTIFIED : Action.Finding.MISUSE, "looked at"));
        }
        if (agreement.open() == null || asked.isEmpty()) {
            return given(human, new Action.Renew(id, terms(agreement.product())));
        }
        Terms read = random.nextInt(3) > 0 ? agreement.open().terms() : asked.get(random.nextInt(asked.size()));
        String hash = Digest.request(id, agreement.product(), agreement.consumer(), read);
        Action action = kind < 46 ? new Action.Deny(id, hash, "no") : new Action.Approve(id, hash);
        return new Given(human, command(human, action), read, null);
    }

    private Given given(int human, Action action) {
        return new Given(human, command(human, action), null, null);
    }

    private static boolean decided(GovernanceImage image, String id) {
        return image.agreement(id)
                .filter(a -> a.open() == null || a.closed() != null)
                .isPresent();
    }

    private Instant agreedTime(GovernanceImage image) {
        return clock.isBefore(image.time()) ? image.time() : clock;
    }

    private Command command(int human, Action action) {
        return new Command("c-" + numbers++, TraceWorld.name(random, human), action);
    }

    private Consumer consumer(int human) {
        return switch (random.nextInt(6)) {
            case 0 -> new Consumer.Team("yard");
            case 1, 2 -> new Consumer.Team("harbour");
            case 3 -> new Consumer.User("s" + random.nextInt(TraceWorld.HUMANS));
            default -> new Consumer.User("s" + human);
        };
    }

    private Terms terms(ProductName product) {
        LocalDate start = LocalDate.ofInstant(clock, ZoneOffset.UTC).plusDays(random.nextInt(4) == 0 ? 5 : 0);
        Set<String> fields = new HashSet<>(Set.of(product.equals(TraceWorld.CRATE) ? "label" : "secret"));
        if (random.nextInt(3) == 0) {
            fields.add("id");
        }
        if (random.nextInt(4) == 0) {
            Instant until = clock.plus(Duration.ofMinutes(random.nextInt(600) - 30));
            if (until.isAfter(start.atStartOfDay(ZoneOffset.UTC).toInstant())) {
                return new Terms("purpose " + numbers++, start, until, fields);
            }
        }
        int days = random.nextInt(12) == 0 ? 500 : random.nextInt(60);
        return new Terms("purpose " + numbers++, start, start.plusDays(days), fields);
    }

    private static Terms terms(Action action) {
        if (action instanceof Action.Ask ask) {
            return ask.terms();
        }
        return action instanceof Action.Edit edit ? edit.terms() : ((Action.Renew) action).terms();
    }
}
