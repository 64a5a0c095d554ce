package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.Agreements;
import io.fedmesh.govern.agreement.Command;
import io.fedmesh.govern.agreement.Consumer;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLog;
import io.fedmesh.govern.agreement.PeopleFile;
import io.fedmesh.govern.agreement.Terms;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What the record of a {@link Yard}'s mesh says when Ada has an agreement, {@code a-weight}, for thirty days from a moment on. */
final class Agreed {
    private static final ProductName CRATE = ProductName.parse("yard.crate");

    private Agreed() {}

    static GovernanceImage of(Path yard, Instant now, String... fields) throws Exception {
        Agreements agreements = new Agreements(new Memory(), () -> now);
        Contracts contracts = Contracts.load(yard);
        agreements.submit(new Command("c-1", "ove", new Action.Install(PeopleFile.load(yard, contracts))));
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Terms terms = new Terms("to weigh", today, today.plusDays(30), Set.of(fields));
        agreements.submit(
                new Command("c-2", "ada", new Action.Ask("a-weight", CRATE, new Consumer.User("u-ada"), terms)));
        Agreement.Request open = Objects.requireNonNull(
                agreements.image().agreement("a-weight").orElseThrow().open());
        return agreements.submit(new Command("c-3", "cem", new Action.Approve("a-weight", open.hash())));
    }

    /** A log in memory. */
    private static final class Memory implements GovernanceLog {
        private final List<byte[]> events = new ArrayList<>();

        @Override
        public void append(byte[] event) {
            events.add(event);
        }

        @Override
        public List<Entry> read(long offset) {
            List<Entry> entries = new ArrayList<>();
            for (int i = (int) offset; i < events.size(); i++) {
                entries.add(new Entry(i, events.get(i)));
            }
            return entries;
        }

        @Override
        public void close() {}
    }
}
