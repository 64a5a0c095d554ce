package io.fedmesh.contract.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Policy;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.Review;
import io.fedmesh.contract.Verdict;
import io.fedmesh.contract.Verdict.Outcome;
import io.fedmesh.contract.Verdict.Waiver;
import io.fedmesh.contract.internal.PolicyLanguage.Undecided;
import io.fedmesh.contract.internal.PolicyReader.Compiled;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks every policy of every product; see {@link Review}. */
public final class Reviewer {
    private static final int MOST_NAMED = 20;

    private Reviewer() {}

    /** @param before the contracts that those of {@code root} take the place of; null to ask of no change */
    public static Review review(Path root, LocalDate today, @Nullable Contracts before) {
        RepositoryReader reader = new RepositoryReader(root);
        Contracts contracts = reader.readWhole();
        Set<Problem> problems = new LinkedHashSet<>(reader.problems());
        RepositoryFiles files = new RepositoryFiles(root, problems);
        PolicyReader reading = new PolicyReader(files);
        List<Compiled> policies = new ArrayList<>(PolicyReader.platform());
        reader.domainFolders().forEach(domain -> policies.addAll(reading.ofDomain(domain)));
        WaiverReader waiverReader = new WaiverReader(files, today, reading.known(), reader.productFiles());
        List<Waiver> waivers = new ArrayList<>();
        reader.domainFolders().forEach(domain -> waivers.addAll(waiverReader.ofDomain(domain)));
        List<Verdict> verdicts = verdicts(policies, contracts, before, waivers);
        return new Review(
                contracts,
                policies.stream().map(Compiled::policy).toList(),
                Problems.sorted(problems),
                warnings(verdicts, waivers),
                verdicts);
    }

    private static List<Verdict> verdicts(
            List<Compiled> policies, Contracts contracts, @Nullable Contracts before, List<Waiver> waivers) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Compiled policy : policies) {
            for (Contract contract : contracts.products()) {
                if (!policy.policy().holdsFor(contract.name())) {
                    continue;
                }
                if (policy.policy().subject() == Policy.Subject.CONTRACT) {
                    verdicts.add(verdict(policy, contract, PolicyFacts.of(contract), waivers));
                } else if (before != null) {
                    before.product(contract.name())
                            .ifPresent(old ->
                                    verdicts.add(verdict(policy, contract, PolicyFacts.of(contract, old), waivers)));
                }
            }
        }
        return verdicts;
    }

    static Verdict verdict(Compiled compiled, Contract contract, Map<String, Object> facts, List<Waiver> waivers) {
        Policy policy = compiled.policy();
        Waiver waiver = waivers.stream()
                .filter(w -> w.policy().equals(policy.id()) && w.product().equals(contract.name()))
                .findFirst()
                .orElse(null);
        try {
            if (compiled.expression().holds(facts)) {
                return new Verdict(policy, contract.name(), Outcome.PASSED, "", contract.file(), null);
            }
            Outcome outcome = waiver != null
                    ? Outcome.WAIVED
                    : policy.severity() == Policy.Severity.WARNING ? Outcome.WARNED : Outcome.FAILED;
            return new Verdict(
                    policy,
                    contract.name(),
                    outcome,
                    policy.message() + ", which does not hold" + offenders(compiled, facts),
                    contract.file(),
                    waiver);
        } catch (Undecided e) {
            return new Verdict(
                    policy,
                    contract.name(),
                    Outcome.UNDECIDED,
                    policy.message() + ", which cannot be decided: " + e.getMessage(),
                    contract.file(),
                    null);
        }
    }

    private static String offenders(Compiled compiled, Map<String, Object> facts) throws Undecided {
        if (compiled.offenders() == null) {
            return "";
        }
        List<String> names = compiled.offenders().fields(facts);
        return names.isEmpty()
                ? ""
                : " for " + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMED)))
                        + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }

    private static List<Problem> warnings(List<Verdict> verdicts, List<Waiver> waivers) {
        List<Problem> warnings = new ArrayList<>();
        verdicts.stream()
                .filter(verdict -> verdict.outcome() == Outcome.WARNED)
                .map(Verdict::problem)
                .forEach(warnings::add);
        for (Waiver waiver : waivers) {
            boolean isNeedless = verdicts.stream()
                    .anyMatch(verdict -> verdict.outcome() == Outcome.PASSED
                            && verdict.policy().id().equals(waiver.policy())
                            && verdict.product().equals(waiver.product()));
            if (isNeedless) {
                warnings.add(new Problem(
                        waiver.file(),
                        waiver.line(),
                        "waiver-needless",
                        waiver.product() + " must need a waiver from '" + waiver.policy()
                                + "' but passes; take the waiver away"));
            }
        }
        return Problems.sorted(warnings);
    }
}
