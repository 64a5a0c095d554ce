package io.fedmesh.contract;

import io.fedmesh.contract.internal.Reviewer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/**
 * Everything that can be said of a repository on one day: what is wrong in its files, and what every policy says of every
 * product whose files can be read. Immutable and thread-safe.
 *
 * @param contracts the domains, sources and products in whose own files nothing is wrong
 * @param policies the platform's, then the domains', each in the order of their ids
 * @param problems what is wrong in files, an expired waiver among it, in the order of file and line
 * @param warnings what should be mended but stops nobody, in the same order
 * @param verdicts in the order of policies and products
 */
public record Review(
        Contracts contracts,
        List<Policy> policies,
        List<Problem> problems,
        List<Problem> warnings,
        List<Verdict> verdicts) {
    public Review {
        policies = List.copyOf(policies);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        verdicts = List.copyOf(verdicts);
    }

    /**
     * Reads a repository and asks every policy on contracts.
     *
     * @param root the folder that holds {@code domains/} and {@code schemas/}
     * @param today the day in UTC, for the ends of waivers
     */
    public static Review of(Path root, LocalDate today) {
        return Reviewer.review(root, today, null);
    }

    /**
     * The same, and every policy on changes.
     *
     * @param before the contracts that those of {@code root} take the place of
     */
    public static Review ofChange(Path root, LocalDate today, Contracts before) {
        return Reviewer.review(root, today, before);
    }

    /** Whether nothing is wrong: no problem, and every verdict lets its product go on. */
    public boolean isAllowed() {
        return problems.isEmpty()
                && verdicts.stream().allMatch(verdict -> verdict.outcome().isAllowed());
    }

    /** What it says of one domain's files and products. */
    public Review ofDomain(String domain) {
        return new Review(
                new Contracts(
                        contracts.domains().stream()
                                .filter(d -> d.name().equals(domain))
                                .toList(),
                        contracts.sources().stream()
                                .filter(s -> s.domain().equals(domain))
                                .toList(),
                        contracts.ofDomain(domain)),
                policies.stream()
                        .filter(policy -> policy.domain() == null || domain.equals(policy.domain()))
                        .toList(),
                problems.stream().filter(problem -> isOf(domain, problem)).toList(),
                warnings.stream().filter(problem -> isOf(domain, problem)).toList(),
                verdicts.stream()
                        .filter(verdict -> verdict.product().domain().equals(domain))
                        .toList());
    }

    /** A problem of a folder above the domains is everybody's. */
    private static boolean isOf(String domain, Problem problem) {
        Path file = problem.file();
        return file.getNameCount() < 2 || file.getName(1).toString().equals(domain);
    }
}
