package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Offer;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.Review;
import io.fedmesh.contract.Succession;
import io.fedmesh.govern.agreement.PeopleFile;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code validate}, {@code plan}, {@code apply} and {@code diff} hold a repository to: its review, and who there is. */
final class Reviews {
    private Reviews() {}

    /** As {@link Review#of}, with what is wrong with the people. */
    static Review of(Path root, LocalDate today) {
        return withPeople(root, Review.of(root, today));
    }

    /** As {@link Review#ofChange}, with what is wrong with the people. */
    static Review ofChange(Path root, LocalDate today, Contracts before) {
        return withPeople(root, Review.ofChange(root, today, before));
    }

    private static Review withPeople(Path root, Review review) {
        if (!PeopleFile.isThere(root)) {
            Problem missing = new Problem(
                    PeopleFile.PLACE,
                    1,
                    "people",
                    "the file must say who there is, for nobody can ask, approve or review without it, but was missing");
            return with(review, List.of(), List.of(missing));
        }
        // Of a domain whose file cannot be read nobody knows the owner: what is wrong there comes first.
        if (review.problems().stream().anyMatch(problem -> problem.file().endsWith("domain.yaml"))) {
            return review;
        }
        try {
            PeopleFile.load(root, review.contracts());
            return review;
        } catch (InvalidContractsException e) {
            return with(review, e.problems(), List.of());
        }
    }

    /** The same, refused for what it would do to what is published; of a repository that cannot be read nobody knows that. */
    static Review succeeding(Review review, Contracts before, LocalDate today, Succession.@Nullable Readers readers) {
        return review.problems().isEmpty()
                ? with(review, Succession.refusals(Offer.of(before), review.contracts(), today, readers), List.of())
                : review;
    }

    private static Review with(Review review, List<Problem> problems, List<Problem> warnings) {
        return new Review(
                review.contracts(),
                review.policies(),
                sorted(review.problems(), problems),
                sorted(review.warnings(), warnings),
                review.verdicts());
    }

    private static List<Problem> sorted(List<Problem> some, List<Problem> more) {
        List<Problem> all = new ArrayList<>(some);
        all.addAll(more);
        // Stable: what is on one line keeps its order.
        all.sort(Comparator.comparing((Problem problem) -> problem.file().toString())
                .thenComparing(Problem::line));
        return all;
    }

    /** All that stops the repository: its problems, and each verdict that lets its product not go on. */
    static List<Problem> refusals(Review review) {
        List<Problem> problems = new ArrayList<>(review.problems());
        review.verdicts().stream()
                .filter(verdict -> !verdict.outcome().isAllowed())
                .map(io.fedmesh.contract.Verdict::problem)
                .forEach(problems::add);
        return problems;
    }
}
