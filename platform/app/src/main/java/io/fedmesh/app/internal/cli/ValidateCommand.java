package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Policy;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.Review;
import io.fedmesh.contract.Verdict;
import io.fedmesh.contract.Verdict.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "Check every domain, source, contract and schema, and ask every policy of every product; report all"
                        + " problems with file and line.")
final class ValidateCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final Clock clock;

    @Parameters(
            arity = "0..1",
            paramLabel = "ROOT",
            description = "The folder that holds domains/ and schemas/; default: this repository.")
    @Nullable
    Path root;

    @Option(names = "--domain", paramLabel = "DOMAIN", description = "Report on one domain; all are read.")
    @Nullable
    String domain;

    @Option(
            names = "--against",
            paramLabel = "ROOT",
            description =
                    "Ask the policies on changes too, and refuse what breaks: the folder of what is in force, such as a checkout"
                            + " of main.")
    @Nullable
    Path against;

    @Mixin
    OutputOption output = new OutputOption();

    ValidateCommand(Surroundings surroundings) {
        this(surroundings, Clock.systemUTC());
    }

    /** @param clock tells the day on which waivers hold */
    ValidateCommand(Surroundings surroundings, Clock clock) {
        this.surroundings = surroundings;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Surroundings at = root == null ? surroundings : at(root);
        at.requireRepository();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Contracts before = against == null ? null : at(against).contracts();
        Review whole = before == null
                ? Reviews.of(at.root(), today)
                : Reviews.succeeding(Reviews.ofChange(at.root(), today, before), before, today, null);
        Review review = domain == null ? whole : whole.ofDomain(domain);
        if (domain != null
                && review.contracts().domains().isEmpty()
                && review.problems().isEmpty()) {
            throw new CommandException(
                    Cli.USAGE, "mesh: --domain must name a domain but was '" + domain + "'\ntry: mesh products");
        }
        switch (output.format) {
            case JSON -> surroundings.console().out().println(Json.line(json(review)));
            case CSV ->
                verdicts(review).print(output.format, surroundings.console().out());
            case TABLE -> table(review);
        }
        return review.isAllowed() ? Cli.OK : Cli.FAILED;
    }

    private Surroundings at(Path folder) {
        return new Surroundings(surroundings.console(), surroundings.environment(), folder.toAbsolutePath());
    }

    /** What a person reads: all that is wrong, or what was asked and that all is well. */
    private void table(Review review) {
        Console console = surroundings.console();
        review.warnings().forEach(warning -> console.note("warning: " + warning));
        if (review.isAllowed()) {
            waived(review).forEach(console::note);
            counts(review).print(ResultFormat.TABLE, console.out());
            console.out()
                    .println(Surroundings.count(review.contracts().domains().size(), "domain") + ", "
                            + Surroundings.count(review.contracts().sources().size(), "source") + ", "
                            + Surroundings.count(review.contracts().products().size(), "product") + ": all valid");
            return;
        }
        List<Problem> problems = Reviews.refusals(review);
        problems.forEach(problem -> console.note(problem.toString()));
        console.note(Surroundings.count(problems.size(), "problem"));
    }

    private static List<String> waived(Review review) {
        List<String> lines = new ArrayList<>();
        for (Verdict verdict : review.verdicts()) {
            Verdict.Waiver waiver = verdict.waiver();
            if (waiver != null) {
                lines.add("waived: [" + waiver.file() + ":" + waiver.line() + "] "
                        + verdict.policy().id() + " of " + verdict.product() + " until " + waiver.until() + ", by "
                        + waiver.owner() + ": " + waiver.reason());
            }
        }
        return lines;
    }

    /** Per policy, how many products came to what. */
    private static Rows counts(Review review) {
        Rows rows = new Rows("policy", "title", "passed", "warned", "waived");
        for (Policy policy : review.policies()) {
            List<Outcome> outcomes = review.verdicts().stream()
                    .filter(verdict -> verdict.policy().equals(policy))
                    .map(Verdict::outcome)
                    .toList();
            rows.add(
                    policy.id(),
                    policy.title(),
                    count(outcomes, Outcome.PASSED),
                    count(outcomes, Outcome.WARNED),
                    count(outcomes, Outcome.WAIVED));
        }
        return rows;
    }

    private static long count(List<Outcome> outcomes, Outcome outcome) {
        return outcomes.stream().filter(outcome::equals).count();
    }

    private static Rows verdicts(Review review) {
        Rows rows = new Rows("policy", "product", "outcome", "detail", "file", "waived_by", "waived_until");
        review.verdicts()
                .forEach(verdict -> rows.add(
                        verdict.policy().id(),
                        verdict.product(),
                        word(verdict.outcome()),
                        verdict.detail(),
                        verdict.file(),
                        verdict.waiver() == null ? null : verdict.waiver().owner(),
                        verdict.waiver() == null ? null : verdict.waiver().until()));
        return rows;
    }

    private static Map<String, Object> json(Review review) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("valid", review.isAllowed());
        document.put("domains", review.contracts().domains().size());
        document.put("sources", review.contracts().sources().size());
        document.put("products", review.contracts().products().size());
        document.put("problems", problems(review.problems()));
        document.put("warnings", problems(review.warnings()));
        document.put("verdicts", verdicts(review).objects());
        return document;
    }

    private static List<Map<String, Object>> problems(List<Problem> problems) {
        return problems.stream()
                .map(problem -> {
                    Map<String, Object> object = new LinkedHashMap<>();
                    object.put("file", problem.file().toString());
                    object.put("line", problem.line());
                    object.put("rule", problem.rule());
                    object.put("message", problem.message());
                    return object;
                })
                .toList();
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(java.util.Locale.ROOT);
    }
}
