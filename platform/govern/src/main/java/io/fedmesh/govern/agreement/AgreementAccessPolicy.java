package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Principal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Who has a live agreement for the product and the purpose may read it; everybody else may not. Thread-safe. */
public final class AgreementAccessPolicy implements AccessPolicy {
    private final Supplier<GovernanceImage> image;
    private final InstantSource clock;

    /**
     * What somebody may read.
     *
     * @param decision yes or no, and why
     * @param fields the fields that may be read; empty with a no
     * @param agreements ids of the agreements that say so, for the record; empty with a no
     */
    public record Permission(Decision decision, Set<String> fields, Set<String> agreements) {
        public Permission {
            fields = Set.copyOf(fields);
            agreements = Set.copyOf(agreements);
        }

        private static Permission deny(String reason) {
            return new Permission(Decision.deny(reason), Set.of(), Set.of());
        }
    }

    /**
     * @param image what the log says now; where it cannot be read, this throws and nobody may read anything
     * @param clock the time
     */
    public AgreementAccessPolicy(Supplier<GovernanceImage> image, InstantSource clock) {
        this.image = image;
        this.clock = clock;
    }

    /**
     * As {@link #permission}, for a caller who reads whole rows: yes only if every field may be read.
     */
    @Override
    public Decision decide(Principal who, ProductName what, String purpose) {
        GovernanceImage now = image.get();
        Permission permission = permission(now, clock.instant(), who, what, purpose);
        boolean whole = now.product(what)
                .map(product -> permission.fields().containsAll(product.fields().keySet()))
                .orElse(false);
        return permission.decision().allowed() && !whole
                ? Decision.deny("the agreement lets " + who + " read some fields of " + what + ", not whole rows")
                : permission.decision();
    }

    /**
     * Decides field by field.
     *
     * @param who a subject id or an alias of a person; one that nobody goes by may read nothing
     * @param purpose the very purpose of the agreement
     */
    public Permission permission(Principal who, ProductName what, String purpose) {
        return permission(image.get(), clock.instant(), who, what, purpose);
    }

    private static Permission permission(
            GovernanceImage image, Instant now, Principal who, ProductName what, String purpose) {
        if (purpose.isBlank()) {
            return Permission.deny("a purpose must be given");
        }
        if (image.gap().isPresent()) {
            return Permission.deny(
                    "the record of agreements must be whole but " + image.gap().get());
        }
        Directory directory = image.directory();
        Optional<String> subject = directory.subject(who.name());
        if (subject.isEmpty()) {
            return Permission.deny(
                    "'" + Texts.shown(who.name()) + "' must be a person of the directory but was nobody's");
        }
        if (!directory.products().containsKey(what)) {
            return Permission.deny("no contract offers " + what);
        }
        List<Live> live = Live.of(image, what, now).stream()
                .filter(of -> serves(directory, of.agreement().consumer(), subject.get()))
                .toList();
        if (live.isEmpty()) {
            return Permission.deny("no agreement lets " + subject.get() + " read " + what);
        }
        Set<String> fields = new TreeSet<>();
        Set<String> agreements = new TreeSet<>();
        for (Live of : live) {
            if (of.purpose().equals(purpose.strip())) {
                fields.addAll(of.fields());
                agreements.add(of.agreement().id());
            }
        }
        return fields.isEmpty()
                ? Permission.deny("no agreement lets " + subject.get() + " read " + what + " for that purpose")
                : new Permission(Decision.allow("by agreement " + String.join(", ", agreements)), fields, agreements);
    }

    private static boolean serves(Directory directory, Consumer consumer, String subject) {
        if (consumer instanceof Consumer.User user) {
            return user.subject().equals(subject);
        }
        return directory.members(((Consumer.Team) consumer).domain()).contains(subject);
    }
}
