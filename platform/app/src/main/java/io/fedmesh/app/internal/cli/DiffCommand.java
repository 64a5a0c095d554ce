package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.contract.Break;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.Review;
import io.fedmesh.contract.Succession;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.Live;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description =
                "Say what the contracts of this folder break for whoever reads the products as they were in a revision,"
                        + " by field, who has live agreements about it, and what of it plan and apply refuse.",
        footer = "Exit code 0: nothing breaks and no policy refuses the change; 1: something does, or an error.")
final class DiffCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final Clock clock;
    private final Function<ReadingOptions, Optional<GovernanceImage>> agreements;

    @Parameters(paramLabel = "REVISION", description = "What is in force, for example main, HEAD or a commit's id.")
    String revision = "";

    @Option(names = "--domain", paramLabel = "DOMAIN", description = "Report on one domain; all are read.")
    @Nullable
    String domain;

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    DiffCommand(Surroundings surroundings) {
        this(surroundings, Clock.systemUTC(), options -> Desk.ofRunning(surroundings, options));
    }

    /**
     * @param clock tells what is live, and the day on which waivers hold
     * @param agreements what a mesh that runs says of agreements; empty where none does
     */
    DiffCommand(
            Surroundings surroundings, Clock clock, Function<ReadingOptions, Optional<GovernanceImage>> agreements) {
        this.surroundings = surroundings;
        this.clock = clock;
        this.agreements = agreements;
    }

    /** A break and whom it hits; null where nobody knows. */
    private record Hit(Break what, @Nullable List<Live> readers) {}

    @Override
    public Integer call() {
        surroundings.requireRepository();
        GitRevision before = GitRevision.of(surroundings.root(), revision);
        Contracts old = contracts(before);
        Instant now = clock.instant();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Review whole = Reviews.ofChange(surroundings.root(), today, old);
        if (!whole.problems().isEmpty()) {
            // Of what cannot be read nobody knows what it breaks.
            whole.problems().forEach(problem -> surroundings.console().note(problem.toString()));
            surroundings.console().note(Surroundings.count(whole.problems().size(), "problem"));
            return Cli.FAILED;
        }
        if (domain != null && Stream.of(old, whole.contracts()).noneMatch(this::hasDomain)) {
            throw new CommandException(
                    Cli.USAGE, "mesh: --domain must name a domain but was '" + domain + "'\ntry: mesh products");
        }
        Optional<GovernanceImage> image = agreements.apply(options);
        Succession.Readers readers = image.<Succession.Readers>map(of -> product -> Live.readers(of, product, now))
                .orElse(null);
        Review judged = Reviews.succeeding(whole, old, today, readers);
        List<Problem> refusals = Reviews.refusals(domain == null ? judged : judged.ofDomain(domain));
        List<Hit> hits = Break.between(old, whole.contracts()).stream()
                .filter(what -> domain == null || what.product().domain().equals(domain))
                .map(what ->
                        new Hit(what, image.map(of -> readers(of, what, now)).orElse(null)))
                .toList();
        print(before.commit(), hits, refusals, image.isPresent());
        return hits.isEmpty() && refusals.isEmpty() ? Cli.OK : Cli.FAILED;
    }

    private boolean hasDomain(Contracts contracts) {
        return contracts.domains().stream().anyMatch(of -> of.name().equals(domain));
    }

    private static List<Live> readers(GovernanceImage image, Break what, Instant now) {
        return Live.of(image, what.product(), now).stream()
                .filter(live -> what.field() == null || live.fields().contains(what.field()))
                .filter(live -> what.kind() != Break.Kind.CLASSIFICATION_RAISED || isOnesApproval(live))
                .toList();
    }

    /** Two who approved have approved what is confidential as well. */
    private static boolean isOnesApproval(Live live) {
        Agreement.Approved approved = live.agreement().approved();
        return approved != null && approved.approvers() < 2;
    }

    private Contracts contracts(GitRevision before) {
        try {
            Path folder = Files.createTempDirectory("mesh-diff").toRealPath();
            try {
                before.copyTo(folder);
                return Contracts.load(folder);
            } catch (InvalidContractsException e) {
                throw new CommandException(
                        Cli.FAILED,
                        "mesh: [" + before.commit() + "] its contracts must be valid but were not:\n"
                                + e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[java.io.tmpdir] must be writable but was not", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> files = Files.walk(folder)) {
            paths = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    private void print(String commit, List<Hit> hits, List<Problem> refusals, boolean isKnown) {
        Console console = surroundings.console();
        if (output.format == ResultFormat.JSON) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("revision", revision);
            json.put("commit", commit);
            json.put("agreementsKnown", isKnown);
            json.put("breaks", hits.stream().map(DiffCommand::json).toList());
            json.put("refusals", refusals.stream().map(Problem::toString).toList());
            console.out().println(Json.line(json));
            return;
        }
        if (output.format == ResultFormat.CSV) {
            csv(hits).print(output.format, console.out());
        } else {
            hits.forEach(hit -> lines(hit, console));
        }
        refusals.forEach(problem -> console.note(problem.toString()));
        if (!isKnown) {
            console.note("mesh: no mesh was asked, so nobody knows here who has live agreements");
        }
        console.note(
                hits.isEmpty()
                        ? "nothing breaks since " + commit.substring(0, 12)
                        : Surroundings.count(hits.size(), "break") + " since " + commit.substring(0, 12));
    }

    private static void lines(Hit hit, Console console) {
        Break what = hit.what();
        console.out()
                .println(console.red("! " + what.product() + (what.field() == null ? "" : "." + what.field())) + "  "
                        + what.kind() + ": " + what.detail());
        if (hit.readers() != null) {
            hit.readers().forEach(live -> console.out().println("    read by " + live.reader()));
        }
    }

    private static Rows csv(List<Hit> hits) {
        Rows rows = new Rows("product", "field", "break", "detail", "consumers");
        hits.forEach(hit -> rows.add(
                hit.what().product(),
                hit.what().field(),
                hit.what().kind(),
                hit.what().detail(),
                hit.readers() == null
                        ? "unknown"
                        : hit.readers().stream().map(Live::reader).collect(Collectors.joining("; "))));
        return rows;
    }

    private static Map<String, Object> json(Hit hit) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("product", hit.what().product().toString());
        object.put("field", hit.what().field());
        object.put("break", hit.what().kind().toString());
        object.put("detail", hit.what().detail());
        if (hit.readers() != null) {
            List<Map<String, Object>> readers = new ArrayList<>();
            for (Live live : hit.readers()) {
                Map<String, Object> reader = new LinkedHashMap<>();
                reader.put("agreement", live.agreement().id());
                reader.put("consumer", live.agreement().consumer().toString());
                reader.put("until", live.until().toString());
                readers.add(reader);
            }
            object.put("consumers", readers);
        }
        return object;
    }
}
