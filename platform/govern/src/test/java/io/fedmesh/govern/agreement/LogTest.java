package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds whatever happens between a command and its place in the log, and whoever writes there. */
class LogTest {
    private final Desk desk = new Desk();

    /** Fails at one call: before the record is appended, after it, or when it is read back. */
    private static final class FailingLog implements GovernanceLog {
        enum Where {
            BEFORE_APPEND,
            AFTER_APPEND,
            READING_BACK
        }

        private final GovernanceLog log;
        private final Where where;
        private boolean appended;
        private boolean struck;

        FailingLog(GovernanceLog log, Where where) {
            this.log = log;
            this.where = where;
        }

        @Override
        public void append(byte[] event) {
            strike(Where.BEFORE_APPEND, true);
            log.append(event);
            appended = true;
            strike(Where.AFTER_APPEND, true);
        }

        @Override
        public List<Entry> read(long fromOffset) {
            strike(Where.READING_BACK, appended);
            return log.read(fromOffset);
        }

        private void strike(Where at, boolean armed) {
            if (where == at && armed && !struck) {
                struck = true;
                throw new GovernanceLogException("[log] a test", null);
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void aCommandThatFailedAnywhereIsDoneOnceWhenItComesAgain() throws Exception {
        for (FailingLog.Where where : FailingLog.Where.values()) {
            String id = "a-" + where.ordinal();
            Command command = new Command(
                    "ask-" + where.ordinal(),
                    "ada",
                    new Action.Ask(id, People.CRATE, new Consumer.User("u-ada"), People.terms("id")));
            long before = desk.agreements.image().sequence();
            Agreements failing = new Agreements(new FailingLog(desk.log, where), () -> desk.now);

            try {
                failing.submit(command);
            } catch (GovernanceLogException unknown) {
                // Another process takes over.
            }
            new Agreements(desk.log, () -> desk.now).submit(command);
            new Agreements(desk.log, () -> desk.now).submit(command);

            assertThat(desk.agreements.image().sequence()).as(where.toString()).isEqualTo(before + 1);
            assertThat(desk.agreements.image().agreement(id)).isPresent();
        }
    }

    @Test
    void aFailureBeforeTheAppendIsToldAndNothingIsDone() {
        Agreements failing = new Agreements(new FailingLog(desk.log, FailingLog.Where.BEFORE_APPEND), () -> desk.now);

        assertThatThrownBy(() -> failing.submit(new Command(
                        "ask",
                        "ada",
                        new Action.Ask("a-1", People.CRATE, new Consumer.User("u-ada"), People.terms("id")))))
                .isInstanceOf(GovernanceLogException.class);
        assertThat(desk.agreements.image().agreement("a-1")).isEmpty();
    }

    @Test
    void anIdThatWasUsedForAnotherCommandIsRefused() throws Exception {
        desk.agreements.submit(new Command(
                "ask", "ada", new Action.Ask("a-1", People.CRATE, new Consumer.User("u-ada"), People.terms("id"))));

        assertThatThrownBy(() -> desk.agreements.submit(new Command("ask", "ada", new Action.Revoke("a-1", "no"))))
                .hasMessage("[command ask] an id must be of one command but was of another");
    }

    @Test
    void ofTwoEventsForOnePlaceTheFirstCounts() {
        desk.ask("ada", "a-1", "id");
        GovernanceImage image = desk.agreements.image();
        String hash = desk.hash("a-1");
        desk.log.append(event(image, "one", "cem", "u-cem", new Action.Approve("a-1", hash)));
        desk.log.append(event(image, "two", "dan", "u-dan", new Action.Deny("a-1", hash, "no")));

        GovernanceImage after = desk.agreements.image();

        assertThat(after.sequence()).isEqualTo(image.sequence() + 1);
        assertThat(after.refusals()).isEqualTo(1);
        assertThat(desk.live()).containsExactly("a-1");
    }

    @Test
    void everyCommandOfManyWritersAtOnceIsDoneOnce() throws Exception {
        int writers = 4;
        int commands = 25;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> done = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            int writer = w;
            done.add(threads.submit(() -> {
                Agreements own = new Agreements(desk.log, () -> desk.now);
                start.await();
                for (int i = 0; i < commands; i++) {
                    String id = "a-" + writer + "-" + i;
                    Command command = new Command(
                            "ask-" + id,
                            "ada",
                            new Action.Ask(id, People.CRATE, new Consumer.User("u-ada"), People.terms("id")));
                    submitted(own, command);
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> one : done) {
            one.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();

        GovernanceImage image = desk.agreements.image();
        assertThat(image.agreements()).hasSize(writers * commands);
        assertThat(image.sequence()).isEqualTo(1 + writers * commands);
        assertThat(image.gap()).isEmpty();
    }

    /** A caller whom others were before too often tries again, as the exception says. */
    private static void submitted(Agreements agreements, Command command) throws CommandRefusedException {
        for (int tries = 0; tries < 100; tries++) {
            try {
                agreements.submit(command);
                return;
            } catch (GovernanceLogException busy) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aForgedApprovalCountsForNothing() {
        desk.ask("ada", "a-1", "id");
        GovernanceImage image = desk.agreements.image();
        desk.log.append(event(image, "own", "ada", "u-ada", desk.approval("a-1")));
        desk.log.append(event(image, "false", "ada", "u-cem", desk.approval("a-1")));
        desk.log.append("no event".getBytes(StandardCharsets.UTF_8));

        GovernanceImage after = desk.agreements.image();

        assertThat(after.refused())
                .extracting(Refused::cause)
                .containsExactly(
                        "[log offset 2] [agreement a-1] who decides must be owner or steward of yard but was u-ada",
                        "[log offset 3] 'as' must mean the event's subject, u-cem, but 'ada' means u-ada",
                        "[log offset 4] a record must be an event but: it must be JSON but was not");
        assertThat(desk.live()).isEmpty();
        assertThat(desk.tried("cem", desk.approval("a-1"))).isEqualTo("done");
        assertThat(desk.live()).containsExactly("a-1");
    }

    @Test
    void whereAnEventIsMissingNothingIsLiveAndNothingCanBeDone() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.done("cem", new Action.Revoke("a-1", "no more"));
        desk.ask("ada", "a-2", "id");
        MemoryLog cut = new MemoryLog();
        desk.log.read(0).stream().filter(e -> e.offset() != 3).forEach(e -> cut.append(e.event()));

        Agreements agreements = new Agreements(cut, () -> desk.now);

        assertThat(agreements.image().gap()).contains("event 3 is missing before offset 3");
        assertThat(Live.of(agreements.image(), desk.now)).isEmpty();
        assertThatThrownBy(() -> agreements.submit(new Command("x", "cem", new Action.Revoke("a-1", "no"))))
                .hasMessage("[log] it must be whole but event 3 is missing before offset 3");
    }

    @Test
    void anImageIsTheSameInHoweverManyStepsItIsRead() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.askVault("ada", "a-2");
        desk.log.append(new byte[] {1});
        desk.done("dan", desk.approval("a-2"));
        List<GovernanceLog.Entry> entries = desk.log.read(0);
        GovernanceImage whole = GovernanceImage.EMPTY.with(entries);
        Random random = new Random(20_261_126L);

        for (int i = 0; i < 50; i++) {
            GovernanceImage image = GovernanceImage.EMPTY;
            while (image.nextOffset() < entries.size()) {
                int from = (int) Math.max(0, image.nextOffset() - random.nextInt(3));
                int to = Math.min(entries.size(), (int) image.nextOffset() + 1 + random.nextInt(3));
                image = image.with(entries.subList(from, to));
            }
            assertThat(image.head()).isEqualTo(whole.head());
            assertThat(List.copyOf(image.agreements())).isEqualTo(List.copyOf(whole.agreements()));
            assertThat(image.refused()).isEqualTo(whole.refused());
        }
    }

    private byte[] event(GovernanceImage image, String id, String as, String subject, Action action) {
        return EventCodec.bytes(
                new Event(image.sequence(), image.head(), desk.now, subject, new Command(id, as, action)));
    }

    @Test
    void everyActionIsReadAsItWasWrittenAndInOneWayOnly() {
        List<Action> actions = List.of(
                new Action.Install(People.directory()),
                new Action.Ask("a-1", People.CRATE, new Consumer.User("u-ada"), People.terms("id")),
                new Action.Ask("a-2", People.CRATE, new Consumer.Team("harbour"), People.terms("id", "label")),
                new Action.Edit("a-1", People.terms("label")),
                new Action.Edit(
                        "a-1",
                        new Terms(
                                "to plan berths",
                                People.TODAY,
                                Instant.parse("2026-11-26T17:00:00Z"),
                                Set.of("label"))),
                new Action.Renew("a-1", People.terms("id")),
                new Action.Approve("a-1", Event.NONE),
                new Action.Deny("a-1", Event.NONE, "no \"quote\" \\ and ${jndi:ldap}"),
                new Action.Revoke("a-1", "ü"),
                new Action.BreakGlass("g-1", People.VAULT, "a leak", desk.now, Set.of("secret", "id")),
                new Action.Review("g-1", Action.Finding.MISUSE, "no need"));
        for (Action action : actions) {
            Event event = new Event(7, Event.NONE, desk.now, "u-ada", new Command("c", "ada", action));
            byte[] bytes = EventCodec.bytes(event);
            assertThat(EventCodec.event(bytes)).isEqualTo(event);

            String text = new String(bytes, StandardCharsets.UTF_8);
            for (String other : List.of(
                    text + " ",
                    " " + text,
                    text.replaceFirst("\\{", "{\"extra\":1,"),
                    text.replaceFirst("\"sequence\":7", "\"sequence\":7.0"),
                    text.replaceFirst("\"sequence\":7", "\"sequence\":7,\"sequence\":7"),
                    text.replaceFirst("\"subject\":\"u-ada\"", "\"subject\":null"),
                    text.replace("governance/1", "governance/2"))) {
                assertThatThrownBy(() -> EventCodec.event(other.getBytes(StandardCharsets.UTF_8)))
                        .as(other)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void whateverBytesStandInTheLogNothingButARefusalComesOfThem() {
        desk.ask("ada", "a-1", "id");
        byte[] good = desk.log.read(1).get(0).event();
        Random random = new Random(20_261_126L);
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            MemoryLog log = new MemoryLog();
            log.append(desk.log.read(0).get(0).event());
            log.append(bad);

            GovernanceImage image = GovernanceImage.EMPTY.with(log.read(0));

            assertThat(image.nextOffset()).isEqualTo(2);
            assertThat(Live.of(image, desk.now)).isEmpty();
        }
    }
}
