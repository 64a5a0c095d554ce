package io.fedmesh.govern.agreement;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A workflow over a log in memory, on 26 November 2026 at eight, with shorthand for what people do. */
final class Desk {
    Instant now = Instant.parse("2026-11-26T08:00:00Z");
    final MemoryLog log = new MemoryLog();
    final Agreements agreements = new Agreements(log, () -> now);
    private int commands;

    Desk() {
        done("ove", new Action.Install(People.directory()));
    }

    GovernanceImage submit(String as, Action action) throws CommandRefusedException {
        return agreements.submit(new Command("c-" + commands++, as, action));
    }

    void done(String as, Action action) {
        try {
            submit(as, action);
        } catch (CommandRefusedException e) {
            throw new AssertionError("a command that the test leans on was refused", e);
        }
    }

    /** The message of the refusal, or {@code done}. */
    String tried(String as, Action action) {
        try {
            submit(as, action);
            return "done";
        } catch (CommandRefusedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    void ask(String as, String id, String... fields) {
        done(as, new Action.Ask(id, People.CRATE, new Consumer.User("u-ada"), People.terms(fields)));
    }

    void askVault(String as, String id) {
        done(as, new Action.Ask(id, People.VAULT, new Consumer.User("u-ada"), People.terms("id", "secret")));
    }

    String hash(String id) {
        Agreement.Request open = agreements.image().agreement(id).orElseThrow().open();
        return java.util.Objects.requireNonNull(open).hash();
    }

    Action.Approve approval(String id) {
        return new Action.Approve(id, hash(id));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    List<String> live() {
        return Live.of(agreements.image(), now).stream()
                .map(l -> l.agreement().id())
                .toList();
    }
}
