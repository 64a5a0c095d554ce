package io.fedmesh.app.internal.cli;

import io.fedmesh.access.QueryResult;
import io.fedmesh.access.ResultFormat;
import io.fedmesh.access.reconcile.ReconcileReport;
import io.fedmesh.app.internal.localmesh.Figures;
import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.MeshLauncher;
import io.fedmesh.app.internal.localmesh.RunState;
import io.fedmesh.app.internal.localmesh.StatusClient;
import io.fedmesh.app.internal.localmesh.StoryDatabase;
import io.fedmesh.app.internal.localmesh.Supervisor;
import io.fedmesh.contract.Contracts;
import io.fedmesh.local.Doctor;
import io.fedmesh.local.SampleStory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Show it all: start a fresh mesh, run a workload, compare every table with its source, ask a question.",
            "It has a home of its own, .mesh/demo, that each run begins anew; the mesh of 'mesh up' is left alone."
        })
final class DemoCommand implements Callable<Integer> {
    private static final long REDRAW_MS = 400;
    private static final long SEED = 20_261_101;

    private final Surroundings surroundings;

    @Mixin
    HomeOption homeOption = new HomeOption();

    @Mixin
    OutputOption output = new OutputOption();

    @Option(names = "--rows", defaultValue = "60000", description = "Row changes to commit; default: ${DEFAULT-VALUE}.")
    long rows;

    @Option(names = "--seconds", description = "End the workload after this time, done or not.")
    @Nullable
    Integer seconds;

    @Option(names = "--keep", description = "Leave the mesh up: 'mesh status', 'mesh query' and 'mesh down' find it.")
    boolean isKept;

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (rows < 1 || (seconds != null && seconds < 1)) {
            throw new CommandException(Cli.USAGE, "mesh: 'rows' and 'seconds' must be 1 or more but were not");
        }
        long startNanos = System.nanoTime();
        Console console = surroundings.console();
        Contracts contracts = surroundings.contracts();
        SampleStory story = Supervisor.story()
                .orElseThrow(() ->
                        new CommandException(Cli.FAILED, "mesh: a sample story must be on the class path but none is"));
        MeshHome home = homeOption.demo(surroundings);
        examine(home);
        freshHome(home);

        MeshLauncher launcher = new MeshLauncher(home);
        MeshLauncher.Started started = launcher.start(false);
        Thread end = new Thread(() -> stop(launcher), "demo-end");
        Runtime.getRuntime().addShutdownHook(end);
        console.note(console.bold("Fedmesh demo: " + story.name()));
        RunState state = launcher.awaitReady(started, step -> console.note("  starting " + step));
        console.note(String.format(
                Locale.ROOT,
                "  up in %.1f s: %d products of %d domains, %s",
                since(startNanos),
                contracts.products().size(),
                contracts.domains().size(),
                home.folder()));

        Outcome outcome = run(contracts, story, home, state);
        double tookSeconds = since(startNanos);
        print(outcome, tookSeconds, console);

        Runtime.getRuntime().removeShutdownHook(end);
        if (isKept) {
            started.letGo();
            console.note("the mesh stays up in " + home.folder()
                    + ": try ./mesh status, ./mesh query \"select ...\", ./mesh down");
        } else {
            launcher.stop();
        }
        return outcome.isClean() ? Cli.OK : Cli.FAILED;
    }

    /** What the run showed. */
    record Outcome(List<ReconcileReport> reports, Map<String, Figures.Product> figures, QueryResult query) {
        boolean isClean() {
            return reports.stream().allMatch(ReconcileReport::clean);
        }
    }

    private Outcome run(Contracts contracts, SampleStory story, MeshHome home, RunState state)
            throws InterruptedException {
        Console console = surroundings.console();
        StatusClient client = new StatusClient();
        try (Reading reading = Reading.open(
                home.config(), contracts, surroundings.environment(), ReadingOptions.operator(surroundings))) {
            SampleStory.WorkloadOptions options = new SampleStory.WorkloadOptions(
                    rows,
                    seconds == null ? Duration.ofHours(12) : Duration.ofSeconds(seconds),
                    SEED,
                    new StoryDatabase(reading.connections(), story));
            List<ReconcileReport> reports;
            try (SampleStory.Workload workload = story.start(options)) {
                watch(workload, workload::isDone, client, state);
                workload.await();
                console.note(String.format(
                        Locale.ROOT,
                        "  committed %,d row changes in %,d transactions; rolled back %,d",
                        workload.committedRows(),
                        workload.transactions(),
                        workload.rolledBackRows()));
                console.note("  comparing every table with its source, once what is on the way has arrived");
                reports = reconcile(contracts, reading, workload, client, state);
            }
            QueryResult answer = reading.query(story.demoQuery());
            return new Outcome(reports, Figures.ask(client, state).products(), answer);
        }
    }

    /** Shows the drain that the comparison waits for. */
    private List<ReconcileReport> reconcile(
            Contracts contracts, Reading reading, SampleStory.Workload workload, StatusClient client, RunState state)
            throws InterruptedException {
        FutureTask<List<ReconcileReport>> task = new FutureTask<>(() -> contracts.products().stream()
                .map(contract -> reading.reconcile(contract.name()))
                .toList());
        Thread thread = new Thread(task, "reconcile");
        thread.setDaemon(true);
        thread.start();
        watch(workload, task::isDone, client, state);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void watch(SampleStory.Workload workload, BooleanSupplier isDone, StatusClient client, RunState state)
            throws InterruptedException {
        LiveView view = new LiveView(surroundings.console());
        long lastNanos = System.nanoTime();
        long lastPublished = Figures.ask(client, state).published();
        double rate = 0;
        while (!isDone.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(REDRAW_MS);
            Figures figures = Figures.ask(client, state);
            double passed = since(lastNanos);
            rate = 0.7 * rate + 0.3 * Math.max(0, figures.published() - lastPublished) / Math.max(passed, 0.001);
            lastNanos = System.nanoTime();
            lastPublished = figures.published();
            view.show(lines(workload, figures, rate), plain(workload, figures, rate));
        }
        view.clear();
    }

    private List<String> lines(SampleStory.Workload workload, Figures figures, double rate) {
        Console console = surroundings.console();
        List<String> lines = new ArrayList<>();
        long done = workload.committedRows();
        lines.add(String.format(
                Locale.ROOT,
                "  %s %3d %%  %,d of %,d row changes, %,d transactions",
                console.green(LiveView.bar(done, workload.targetRows())),
                percent(done, workload.targetRows()),
                done,
                workload.targetRows(),
                workload.transactions()));
        lines.add(String.format(
                Locale.ROOT,
                "  captured %,d events, %,.0f/s; in tables %,d; on the way %,d",
                figures.published(),
                rate,
                figures.captured(),
                figures.lag()));
        figures.products()
                .forEach((product, now) -> lines.add(console.dim(String.format(
                        Locale.ROOT,
                        "  %-28s %,10d events  %,8d behind  fresh %s p50, %s p99",
                        product,
                        now.captured(),
                        Math.max(0, now.lag()),
                        millis(now.freshnessP50Ms()),
                        millis(now.freshnessP99Ms())))));
        figures.troubles().forEach(trouble -> lines.add("  " + console.yellow(trouble)));
        return lines;
    }

    private static String plain(SampleStory.Workload workload, Figures figures, double rate) {
        return String.format(
                Locale.ROOT,
                "  %d %%: %,d row changes; captured %,d events, %,.0f/s; in tables %,d; on the way %,d%s",
                percent(workload.committedRows(), workload.targetRows()),
                workload.committedRows(),
                figures.published(),
                rate,
                figures.captured(),
                figures.lag(),
                figures.troubles().isEmpty() ? "" : "; " + String.join("; ", figures.troubles()));
    }

    private void print(Outcome outcome, double tookSeconds, Console console) {
        if (output.format == ResultFormat.JSON) {
            console.out().println(json(outcome, tookSeconds));
            return;
        }
        Rows table = new Rows(
                "product", "captured", "rows", "missing", "extra", "different", "fresh p50 ms", "fresh p99 ms");
        for (ReconcileReport report : outcome.reports()) {
            Figures.Product figures =
                    outcome.figures().getOrDefault(report.product().toString(), Figures.Product.NONE);
            table.add(
                    report.product(),
                    report.captured(),
                    report.rows(),
                    report.missing(),
                    report.extra(),
                    report.different(),
                    figures.freshnessP50Ms(),
                    figures.freshnessP99Ms());
        }
        console.out().println();
        Rows.print(outcome.query(), output.format, console.out());
        console.out().println();
        table.print(output.format, console.out());
        console.out().println();
        for (ReconcileReport report : outcome.reports()) {
            ReconcileCommand.findings(report).forEach(line -> console.out().println(report.product() + ": " + line));
        }
        String verdict = outcome.isClean()
                ? console.green("every table equals its source")
                : console.red("tables and sources differ");
        console.out().println(String.format(Locale.ROOT, "%s; %.1f s in all", verdict, tookSeconds));
        console.out().flush();
    }

    static String json(Outcome outcome, double tookSeconds) {
        List<Map<String, Object>> products = new ArrayList<>();
        for (ReconcileReport report : outcome.reports()) {
            Figures.Product figures =
                    outcome.figures().getOrDefault(report.product().toString(), Figures.Product.NONE);
            Map<String, Object> product = new LinkedHashMap<>();
            product.put("product", report.product().toString());
            product.put("captured", report.captured());
            product.put("rows", report.rows());
            product.put("missing", report.missing());
            product.put("extra", report.extra());
            product.put("different", report.different());
            product.put("freshnessP50Ms", figures.freshnessP50Ms());
            product.put("freshnessP99Ms", figures.freshnessP99Ms());
            products.add(product);
        }
        Map<String, Object> query = new LinkedHashMap<>();
        query.put(
                "columns",
                outcome.query().columns().stream().map(QueryResult.Column::name).toList());
        query.put("rows", Json.rows(outcome.query()));
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("seconds", Math.round(tookSeconds * 10) / 10.0);
        whole.put("products", products);
        whole.put("query", query);
        return Json.line(whole);
    }

    private static void examine(MeshHome home) {
        String wrong = Doctor.of(home.folder()).examine().stream()
                .filter(finding -> !finding.ok())
                .map(finding -> "mesh: " + finding.name() + ": " + finding.wrong() + "; " + finding.remedy())
                .collect(Collectors.joining("\n"));
        if (!wrong.isEmpty()) {
            throw new CommandException(Cli.FAILED, wrong);
        }
    }

    private static void freshHome(MeshHome home) throws InterruptedException {
        new MeshLauncher(home).stop();
        if (home.isHome()) {
            home.delete();
        }
    }

    private static void stop(MeshLauncher launcher) {
        try {
            launcher.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long percent(long done, long target) {
        return target <= 0 ? 0 : Math.min(100, done * 100 / target);
    }

    private static String millis(long ms) {
        return ms < 0 ? "-" : ms + " ms";
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
