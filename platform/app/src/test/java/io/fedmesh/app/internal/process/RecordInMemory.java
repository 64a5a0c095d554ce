package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreements;
import io.fedmesh.govern.agreement.Command;
import io.fedmesh.govern.agreement.CommandRefusedException;
import io.fedmesh.govern.agreement.Consumer;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLog;
import io.fedmesh.govern.agreement.Role;
import io.fedmesh.govern.agreement.Terms;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Agreements over a record in memory: Ada asks, Cem owns the yard, Dan is its steward, Ove operates. */
public final class RecordInMemory implements GovernanceLog {
    public static final ProductName CRATE = ProductName.parse("yard.crate");
    public static final ProductName VAULT = ProductName.parse("yard.vault");
    public static final LocalDate TODAY = LocalDate.parse("2026-11-26");

    public Instant now = Instant.parse("2026-11-26T08:00:00Z");
    public final Agreements agreements = new Agreements(this, () -> now);
    private final List<Entry> entries = new ArrayList<>();
    private int commands;

    public RecordInMemory() {
        submit("ove", new Action.Install(directory()));
    }

    private static Directory directory() {
        return new Directory(
                List.of(
                        person("ada", Set.of(Role.CONSUMER)),
                        person("cem", Set.of()),
                        person("dan", Set.of()),
                        person("ove", Set.of(Role.OPERATOR))),
                List.of(new Directory.Domain("yard", "u-cem", Set.of("u-dan"))),
                List.of(
                        new Directory.Product(
                                CRATE,
                                "yard.public.crate.state.v1",
                                Map.of("id", Classification.INTERNAL, "label", Classification.INTERNAL)),
                        new Directory.Product(
                                VAULT,
                                "yard.protected.vault.state.v1",
                                Map.of("secret", Classification.CONFIDENTIAL))));
    }

    private static Directory.Person person(String alias, Set<Role> roles) {
        return new Directory.Person("u-" + alias, Set.of(alias), roles, Set.of(), Set.of());
    }

    public GovernanceImage submit(String who, Action action) {
        try {
            return agreements.submit(new Command("c-" + commands++, who, action));
        } catch (CommandRefusedException e) {
            throw new AssertionError("a command that the test leans on was refused", e);
        }
    }

    public void ask(String id, ProductName product, LocalDate first, LocalDate last, String... fields) {
        ask(id, product, new Terms("to plan berths", first, last, Set.of(fields)));
    }

    public void ask(String id, ProductName product, Terms terms) {
        submit("ada", new Action.Ask(id, product, new Consumer.User("u-ada"), terms));
    }

    public void approve(String who, String id) {
        submit(
                who,
                new Action.Approve(
                        id,
                        Objects.requireNonNull(agreements
                                        .image()
                                        .agreement(id)
                                        .orElseThrow()
                                        .open())
                                .hash()));
    }

    /** From today for so many days, approved. */
    public void live(String id, int days) {
        ask(id, CRATE, TODAY, TODAY.plusDays(days - 1L), "id", "label");
        approve("cem", id);
    }

    /** The same without one record. */
    public GovernanceImage without(int offset) {
        List<Entry> left = new ArrayList<>();
        entries.stream()
                .filter(entry -> entry.offset() != offset)
                .forEach(entry -> left.add(new Entry(left.size(), entry.event())));
        return GovernanceImage.EMPTY.with(left);
    }

    @Override
    public void append(byte[] event) {
        entries.add(new Entry(entries.size(), event.clone()));
    }

    @Override
    public List<Entry> read(long fromOffset) {
        return List.copyOf(entries.subList((int) fromOffset, entries.size()));
    }

    @Override
    public void close() {}
}
