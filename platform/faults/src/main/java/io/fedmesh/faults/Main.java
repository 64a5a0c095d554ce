package io.fedmesh.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.app.internal.process.Logging;
import io.fedmesh.faults.internal.Campaign;
import io.fedmesh.faults.internal.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh faults}: runs a campaign and prints what each schedule showed. */
@Command(
        name = "mesh faults",
        mixinStandardHelpOptions = true,
        description = {
            "Run a whole mesh under faults drawn by seed, and hold every record against the source's own log.",
            "A schedule's seed alone draws its faults: --schedules 1 --seed <seed> plays one again."
        },
        footer = "Exit code 1 when anything is lost, doubled, different or unaccounted for.")
public final class Main implements Callable<Integer> {
    @Option(names = "--schedules", defaultValue = "12", description = "How many; default: ${DEFAULT-VALUE}.")
    int schedules;

    @Option(names = "--seed", defaultValue = "1", description = "Of the first schedule; each further one has the next.")
    long seed;

    @Option(
            names = "--rows",
            defaultValue = "20000",
            description = "Row changes a schedule; default: ${DEFAULT-VALUE}.")
    long rows;

    @Option(
            names = "--schedules-per-mesh",
            defaultValue = "6",
            description = "How many schedules a mesh serves before it is made anew; default: ${DEFAULT-VALUE}.")
    int schedulesPerMesh;

    @Option(
            names = "--only",
            defaultValue = "",
            description = "Draw only faults whose name holds this text, or one of several with commas between.")
    String only = "";

    @Option(names = "--list", description = "List the faults and end.")
    boolean isListed;

    @Option(
            names = "--home",
            description = "Where the campaign's meshes live; default: .mesh/faults of the repository.")
    @Nullable
    Path home;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table or json; default: ${DEFAULT-VALUE}.")
    String output = "table";

    @Spec
    @Nullable
    CommandSpec spec;

    private Main() {}

    /** Entry of the launcher. */
    public static void main(String[] arguments) {
        Logging.forCommand(false);
        CommandLine line = new CommandLine(new Main()).setExecutionExceptionHandler((e, failed, parsed) -> {
            failed.getErr().println("mesh: " + e.getMessage());
            e.printStackTrace(failed.getErr());
            return 1;
        });
        int exit = line.execute(arguments);
        line.getOut().flush();
        line.getErr().flush();
        System.exit(exit);
    }

    @Override
    public Integer call() throws Exception {
        if (isListed) {
            Campaign.faults().forEach(line().getOut()::println);
            return 0;
        }
        Path root = Path.of(System.getProperty("fedmesh.root", "")).toAbsolutePath();
        Path folder = home == null ? root.resolve(".mesh").resolve("faults") : home.toAbsolutePath();
        Campaign campaign = new Campaign(
                folder,
                root,
                new Campaign.Settings(schedules, seed, rows, schedulesPerMesh, only),
                step -> line().getErr().println("  " + step));
        List<Verdict> verdicts = campaign.run(this::print);
        long dirty = verdicts.stream().filter(verdict -> !verdict.isClean()).count();
        Map<String, Long> bites = new TreeMap<>();
        verdicts.forEach(v -> v.faults().forEach(bite -> bites.merge(bite.fault(), bite.bites(), Long::sum)));
        if (output.equals("json")) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("seed", seed);
            all.put("schedules", verdicts.size());
            all.put("withFindings", dirty);
            all.put("bites", bites);
            all.put("verdicts", verdicts);
            line().getOut().println(json(all));
        } else {
            line().getOut()
                    .println(verdicts.size() + " schedules from seed " + seed + ", " + bites.size()
                            + " kinds of fault, "
                            + bites.values().stream().filter(n -> n == 0).count()
                            + " of them without a bite, " + dirty + " schedules with findings");
        }
        return dirty == 0 ? 0 : 1;
    }

    private void print(Verdict verdict) {
        PrintWriter out = output.equals("json") ? line().getErr() : line().getOut();
        out.println(String.format(
                Locale.ROOT,
                "seed %d: %s; %,d rows, %s; work %.1f s, quiet after %.1f s, checked in %.1f s; %d ended by themselves",
                verdict.seed(),
                verdict.isClean() ? "clean" : verdict.findings().size() + " FINDINGS",
                verdict.committedRows(),
                verdict.figures(),
                verdict.workSeconds(),
                verdict.quietSeconds(),
                verdict.checkSeconds(),
                verdict.ownEnds()));
        verdict.faults()
                .forEach(bite -> out.println(String.format(Locale.ROOT, "    %6d x %s", bite.bites(), bite.fault())));
        verdict.findings().forEach(finding -> out.println("    FOUND " + finding));
        out.flush();
    }

    private CommandLine line() {
        return Objects.requireNonNull(spec, "the command was parsed").commandLine();
    }

    private static String json(Object value) {
        try {
            return new ObjectMapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
