package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.app.internal.process.AuditCopy;
import io.fedmesh.app.internal.process.Auditing;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Permissions;
import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditFinding;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditUnavailableException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Read the record of decisions, and prove that nobody altered it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AuditCommand.Verify.class, AuditCommand.Ls.class, AuditCommand.Seal.class})
final class AuditCommand extends Group {
    /** Neither whole nor tampered with: nobody could look. */
    static final int UNKNOWN = 2;

    private static <T> T ask(
            ReadingOptions options, Surroundings surroundings, BiFunction<Auditing, Reading, T> question) {
        try (Reading reading = options.open(surroundings, surroundings.contracts());
                Auditing auditing = Auditing.open(reading.connections())) {
            return question.apply(auditing, reading);
        } catch (AuditUnavailableException e) {
            throw new CommandException(UNKNOWN, "mesh: " + e.getMessage());
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description =
                    "Hold every record against the signed checkpoints: edits, drops, swaps, forks, a tail that was cut"
                            + " off, a roll-back.",
            footer = "Exit code 0: whole; 1: not as it was written, with where and what; 2: nobody could look.")
    static final class Verify implements Callable<Integer> {
        private final Surroundings surroundings;

        @Option(
                names = "--heads",
                paramLabel = "FILE",
                description =
                        "What an earlier verification saw: read where it is there, written when all is whole. Kept"
                                + " elsewhere than topic and checkpoints, it shows when both were set back together.")
        @Nullable
        Path heads;

        @Option(
                names = "--copy",
                description = "Also hold every row of the copy in the lake, mesh.audit_history, against the record.")
        boolean isOfCopy;

        @Mixin
        ActingOption acting = new ActingOption();

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        Verify(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            Map<Integer, AuditReport.KnownHead> known = heads == null ? Map.of() : AuditHeads.read(heads);
            acting.demand(Permissions.Operation.VERIFY_AUDIT, surroundings, options);
            Verified verified = ask(
                    options,
                    surroundings,
                    (auditing, reading) ->
                            new Verified(auditing.verify(known), isOfCopy ? copy(auditing, reading) : null));
            boolean isWhole = verified.reports().stream().allMatch(AuditReport::isClean);
            print(verified.reports(), verified.copy(), output.format, surroundings.console());
            if (isWhole && heads != null) {
                AuditHeads.write(verified.reports(), heads);
            }
            AuditCopy.Comparison copy = verified.copy();
            return isWhole && (copy == null || copy.differences().isEmpty()) ? Cli.OK : Cli.FAILED;
        }

        private record Verified(List<AuditReport> reports, AuditCopy.@Nullable Comparison copy) {}

        private static AuditCopy.Comparison copy(Auditing auditing, Reading reading) {
            return auditing.compareCopy(reading::lakehouse)
                    .orElseThrow(() -> new CommandException(
                            UNKNOWN,
                            "mesh: [" + AuditCopy.TABLE
                                    + "] the copy must be there to be compared but is not made yet"));
        }

        static void print(
                List<AuditReport> reports, AuditCopy.@Nullable Comparison copy, ResultFormat format, Console console) {
            Rows table = new Rows("partition", "records", "covered", "uncovered", "last checkpoint", "findings");
            for (AuditReport report : reports) {
                table.add(
                        report.partition(),
                        report.records(),
                        report.covered(),
                        report.uncovered(),
                        report.coveredAt(),
                        report.findings().size());
            }
            List<AuditFinding> findings = reports.stream()
                    .flatMap(report -> report.findings().stream())
                    .toList();
            if (format == ResultFormat.JSON) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("whole", findings.isEmpty());
                json.put("partitions", table.objects());
                json.put("findings", findings.stream().map(Verify::json).toList());
                json.put("more", reports.stream().anyMatch(AuditReport::more));
                if (copy != null) {
                    json.put(
                            "copy",
                            Map.of("rows", copy.rows(), "behind", copy.behind(), "differences", copy.differences()));
                }
                console.out().println(Json.line(json));
                return;
            }
            table.print(format, console.out());
            findings.forEach(finding -> console.note(console.red(finding.toString())));
            if (findings.stream().anyMatch(f -> f.kind() == AuditFinding.Kind.CHECKPOINT_OVERDUE)) {
                console.note("mesh: a process that was killed leaves records uncovered; ./mesh audit seal covers them");
            }
            if (format == ResultFormat.TABLE) {
                console.out().println(verdict(reports, findings, console));
            }
            if (copy != null) {
                copy.differences().forEach(difference -> console.note(console.red(difference)));
                if (format == ResultFormat.TABLE) {
                    console.out().println(verdict(copy, console));
                }
            }
        }

        private static String verdict(List<AuditReport> reports, List<AuditFinding> findings, Console console) {
            if (!findings.isEmpty()) {
                return console.red("not as it was written: " + Surroundings.count(findings.size(), "finding"));
            }
            long records = 0;
            Instant last = null;
            for (AuditReport report : reports) {
                records += report.records();
                Instant coveredAt = report.coveredAt();
                if (coveredAt != null && (last == null || coveredAt.isAfter(last))) {
                    last = coveredAt;
                }
            }
            return console.green("whole: ")
                    + Surroundings.count(Math.toIntExact(records), "record") + ", "
                    + (last == null ? "no checkpoint was ever made" : "the last checkpoint was made at " + last);
        }

        private static String verdict(AuditCopy.Comparison copy, Console console) {
            String behind = copy.behind() == 0 ? "" : ", " + copy.behind() + " behind";
            return copy.differences().isEmpty()
                    ? console.green("the copy is the same: ")
                            + Surroundings.count(Math.toIntExact(copy.rows()), "row")
                            + behind
                    : console.red("the copy is another: "
                            + Surroundings.count(copy.differences().size(), "difference"));
        }

        private static Map<String, Object> json(AuditFinding finding) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
            json.put("partition", finding.partition());
            json.put("from", finding.from());
            json.put("to", finding.to());
            json.put("detail", finding.detail());
            return json;
        }
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "List decisions, the newest last: who, what, why, and what came of it.",
            footer = "It lists what stands there; only verify tells whether that is what was written.")
    static final class Ls implements Callable<Integer> {
        private static final int MOST = 10_000;

        private final Surroundings surroundings;

        @Option(names = "--product", paramLabel = "PRODUCT", description = "Only about this one: <domain>.<product>.")
        @Nullable
        String product;

        @Option(names = "--who", paramLabel = "WHO", description = "Only of this subject id.")
        @Nullable
        String who;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description = "Only later than this: an ISO-8601 instant, or a duration before now (PT1H).")
        @Nullable
        String since;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "The newest so many, 1 to " + MOST + "; default: ${DEFAULT-VALUE}.")
        int limit = 100;

        @Mixin
        ActingOption acting = new ActingOption();

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        Ls(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            if (limit < 1 || limit > MOST) {
                throw new CommandException(Cli.USAGE, "mesh: --limit must be 1 to " + MOST + " but was " + limit);
            }
            ProductName name = product == null ? null : ProductArgument.parse(product);
            Instant from =
                    since == null ? Instant.MIN : since(since, Clock.systemUTC().instant());
            acting.demand(Permissions.Operation.READ_AUDIT, surroundings, options);
            Newest newest = new Newest(limit, entry -> isMeant(entry, name, who, from));
            ask(options, surroundings, (auditing, reading) -> {
                auditing.read(newest::offer);
                return newest;
            });
            print(newest.inOrder(), output.format, surroundings.console());
            if (newest.isCut()) {
                surroundings.console().note("mesh: there are more than these " + limit + "; --limit shows more");
            }
            return Cli.OK;
        }

        /** Whether a record is asked for; one that is no event always is, unless it is too old. */
        static boolean isMeant(AuditEntry entry, @Nullable ProductName product, @Nullable String who, Instant from) {
            AuditEvent event = entry.event();
            if (!entry.appendedAt().isAfter(from)) {
                return false;
            }
            return event == null
                    || ((product == null || event.resource().equals(product.toString()))
                            && (who == null || event.who().name().equals(who)));
        }

        static Instant since(String text, Instant now) {
            try {
                return text.startsWith("P") ? now.minus(Duration.parse(text)) : Instant.parse(text);
            } catch (DateTimeException | ArithmeticException e) {
                throw new CommandException(
                        Cli.USAGE,
                        "mesh: --since must be an ISO-8601 instant (2026-11-26T08:00:00Z) or duration (PT1H) but was '"
                                + text + "'");
            }
        }

        static void print(List<AuditEntry> entries, ResultFormat format, Console console) {
            Rows table = new Rows(
                    "time",
                    "who",
                    "action",
                    "resource",
                    "outcome",
                    "purpose",
                    "reasons",
                    "agreements",
                    "policy",
                    "place");
            for (AuditEntry entry : entries) {
                String place = entry.partition() + ":" + entry.sequence();
                AuditEvent event = entry.event();
                if (event == null) {
                    table.add(entry.appendedAt(), null, "(no event)", null, null, null, null, null, null, place);
                } else {
                    table.add(
                            event.time(),
                            event.who(),
                            event.action(),
                            event.resource(),
                            event.outcome().name().toLowerCase(Locale.ROOT),
                            event.purpose(),
                            String.join("; ", event.reasons()),
                            String.join(" ", event.agreementIds()),
                            event.policyHash(),
                            place);
                }
            }
            table.print(format, console.out());
        }
    }

    /** The newest so many by the brokers' clock. Not thread-safe. */
    static final class Newest {
        private static final Comparator<AuditEntry> ORDER = Comparator.comparing(AuditEntry::appendedAt)
                .thenComparing(AuditEntry::partition)
                .thenComparing(AuditEntry::offset);

        private final int limit;
        private final Predicate<AuditEntry> meant;
        private final PriorityQueue<AuditEntry> kept = new PriorityQueue<>(ORDER);
        private boolean isCut;

        Newest(int limit, Predicate<AuditEntry> meant) {
            this.limit = limit;
            this.meant = meant;
        }

        void offer(AuditEntry entry) {
            if (meant.test(entry)) {
                kept.add(entry);
                if (kept.size() > limit) {
                    kept.remove();
                    isCut = true;
                }
            }
        }

        List<AuditEntry> inOrder() {
            List<AuditEntry> entries = new ArrayList<>(kept);
            entries.sort(ORDER);
            return entries;
        }

        boolean isCut() {
            return isCut;
        }
    }

    @Command(
            name = "seal",
            mixinStandardHelpOptions = true,
            description = "Sign over what no checkpoint covers yet, as a process that was killed leaves it.")
    static final class Seal implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        ActingOption acting = new ActingOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        Seal(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            acting.demand(Permissions.Operation.SEAL_AUDIT, surroundings, options);
            ask(options, surroundings, (auditing, reading) -> {
                auditing.seal();
                return auditing;
            });
            return Cli.OK;
        }
    }
}
