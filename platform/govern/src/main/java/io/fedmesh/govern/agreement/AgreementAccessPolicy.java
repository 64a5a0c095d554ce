package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Who has a live agreement for the product and the purpose may read it, of its fields and entities what agreement and
 * contract show; everybody else may not. Thread-safe.
 */
public final class AgreementAccessPolicy implements AccessPolicy {
    private final Contracts contracts;
    private final Supplier<GovernanceImage> image;
    private final InstantSource clock;

    /**
     * @param contracts say what is masked and filtered; where that is not what an operator told the mesh, nobody may read
     * @param image what the log says now; where it cannot be read, this throws and nobody may read anything
     * @param clock the time
     */
    public AgreementAccessPolicy(Contracts contracts, Supplier<GovernanceImage> image, InstantSource clock) {
        this.contracts = contracts;
        this.image = image;
        this.clock = clock;
    }

    /**
     * Decides field by field: what several agreements for one purpose show is shown together, and as it stands only where all
     * of them are of the product's own domain.
     *
     * @param who a subject id or an alias of a person; one that nobody goes by may read nothing
     * @param purpose the very purpose of the agreement
     */
    @Override
    public Decision decide(Principal who, ProductName what, String purpose) {
        return decide(image.get(), clock.instant(), who, what, purpose);
    }

    private Decision decide(GovernanceImage now, Instant at, Principal who, ProductName what, String purpose) {
        if (purpose.isBlank()) {
            return Decision.deny("a purpose must be given");
        }
        if (now.gap().isPresent()) {
            return Decision.deny(
                    "the record of agreements must be whole but " + now.gap().get());
        }
        Directory directory = now.directory();
        Optional<String> subject = directory.subject(who.name());
        if (subject.isEmpty()) {
            return Decision.deny(
                    "'" + Texts.shown(who.name()) + "' must be a person of the directory but was nobody's");
        }
        Optional<Contract> contract = contracts.product(what);
        Directory.Product product = directory.products().get(what);
        if (contract.isEmpty() || product == null) {
            return Decision.deny("no contract offers " + what);
        }
        if (!product.disclosure().equals(contract.get().disclosure().digest())) {
            return Decision.deny("masks and filter of " + what + " must be those that were applied but are others");
        }
        List<Live> live = Live.of(now, what, at).stream()
                .filter(of -> serves(directory, of.agreement().consumer(), subject.get()))
                .toList();
        if (live.isEmpty()) {
            return Decision.deny("no agreement lets " + subject.get() + " read " + what);
        }
        List<Live> fitting =
                live.stream().filter(of -> of.purpose().equals(purpose.strip())).toList();
        if (fitting.isEmpty()) {
            return Decision.deny("no agreement lets " + subject.get() + " read " + what + " for that purpose");
        }
        return allow(contract.get(), directory, fitting);
    }

    private static Decision allow(Contract contract, Directory directory, List<Live> live) {
        Obligations obligations = Entitlement.of(contract, directory, live);
        Set<String> agreements =
                live.stream().map(of -> of.agreement().id()).collect(Collectors.toCollection(TreeSet::new));
        return new Decision(
                true,
                List.of("by agreement " + String.join(", ", agreements)),
                agreements,
                Entitlement.hash(contract, live, obligations),
                obligations);
    }

    private static boolean serves(Directory directory, Consumer consumer, String subject) {
        if (consumer instanceof Consumer.User user) {
            return user.subject().equals(subject);
        }
        return directory.members(((Consumer.Team) consumer).domain()).contains(subject);
    }
}
