package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Permissions.Operation;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditedChanges.Change;
import io.fedmesh.govern.audit.AuditedChanges.Ending;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.rejected.RejectedRecords;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rejected",
        mixinStandardHelpOptions = true,
        description = "Look at refused records, put them back, or settle them for good.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RejectedCommand.Ls.class,
            RejectedCommand.Show.class,
            RejectedCommand.Replay.class,
            RejectedCommand.Discard.class
        })
final class RejectedCommand extends Group {
    /** A place on a rejected topic: {@code <partition>:<offset>}; these topics have one partition. */
    static long offset(String position) {
        if (!position.matches("0:[0-9]{1,18}")) {
            throw new CommandException(
                    Cli.USAGE, "mesh: a position must be 0:<offset>, as show tells it, but was '" + position + "'");
        }
        return Long.parseLong(position.substring(2));
    }

    /** Which open records are meant. */
    static final class Chosen {
        @Parameters(index = "0", paramLabel = "PRODUCT", description = "<domain>.<product>")
        String product = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "POSITION",
                description = "<partition>:<offset> of one record; default: every open one.")
        @Nullable
        String position;

        @Option(
                names = "--reason",
                paramLabel = "REASON",
                description = "Only those refused so: ${COMPLETION-CANDIDATES}.")
        @Nullable
        Reason reason;

        @Option(names = "--from", paramLabel = "POSITION", description = "Only this one and later ones.")
        @Nullable
        String from;

        /** For the record of decisions. */
        List<String> told() {
            List<String> told = new ArrayList<>();
            told.add(
                    position != null
                            ? "the record at " + position
                            : from != null ? "records from " + from + " on" : "every open record");
            if (reason != null) {
                told.add("refused as " + reason);
            }
            return told;
        }

        RejectedRecords.Selection selection() {
            if (position != null) {
                if (from != null) {
                    throw new CommandException(
                            Cli.USAGE, "mesh: a position or --from must be given, not both, but both were");
                }
                return new RejectedRecords.Selection(reason, offset(position), offset(position) + 1);
            }
            return new RejectedRecords.Selection(reason, from == null ? 0 : offset(from), Long.MAX_VALUE);
        }
    }

    /**
     * Does what gives nobody anything, on the record of decisions. It is not held up where the record is away: a refused
     * record's settlement lies beside it in any case, with who, when and why.
     */
    private static <T> T recorded(
            Surroundings surroundings, Reading reading, Change change, Supplier<T> act, Function<T, String> outcome) {
        return reading.evidence()
                .changes()
                .<T, RuntimeException>doAndRecord(
                        change,
                        act::get,
                        answer -> new Ending(Outcome.DONE, List.of(outcome.apply(answer))),
                        failure -> new Ending(Outcome.UNKNOWN, List.of(String.valueOf(failure.getMessage()))),
                        why -> surroundings.console().note("mesh: " + why));
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "Count the refused records by product, reason, refuser and contract version.")
    static final class Ls implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        ProductsArgument products = new ProductsArgument();

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        Ls(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            Contracts contracts = surroundings.contracts();
            Rows table = new Rows("product", "reason", "by", "contract", "open", "settled", "oldest", "position");
            try (Reading reading = options.open(surroundings, contracts);
                    RejectedRecords rejected = reading.rejected()) {
                for (ProductName name : products.names(contracts)) {
                    for (RejectedRecords.Group group : rejected.list(name)) {
                        table.add(
                                group.product(),
                                group.reason(),
                                group.by(),
                                group.contractVersion(),
                                group.open(),
                                group.settled(),
                                group.oldest(),
                                "0:" + group.oldestOffset());
                    }
                }
            }
            table.print(output.format, surroundings.console().out());
            return Cli.OK;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Tell of one refused record: source, cause, headers, sizes. Its values are never printed.")
    static final class Show implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(index = "0", paramLabel = "PRODUCT", description = "<domain>.<product>")
        String product = "";

        @Parameters(index = "1", paramLabel = "POSITION", description = "<partition>:<offset> on the rejected topic.")
        String position = "";

        @Option(
                names = "--raw",
                paramLabel = "FILE",
                description = "Also write the value's bytes to a new file that its owner alone may read.")
        @Nullable
        Path raw;

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        Show(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            ProductName name = ProductArgument.parse(product);
            long offset = offset(position);
            try (Reading reading = options.open(surroundings, surroundings.contracts());
                    RejectedRecords rejected = reading.rejected()) {
                RejectedRecords.Entry entry = rejected.show(name, offset)
                        .orElseThrow(() -> new CommandException(
                                Cli.FAILED, "mesh: [" + name + "] no refused record is at " + position));
                Rows table = new Rows("fact", "value")
                        .add("position", entry.position())
                        .add("refused at", entry.refusedAt())
                        .add("reason", entry.reason())
                        .add("cause", entry.message())
                        .add("by", entry.by())
                        .add("contract", entry.contractVersion())
                        .add("source", entry.origin())
                        .add("key bytes", entry.keyBytes())
                        .add("value bytes", entry.valueBytes())
                        .add("framing", entry.framing())
                        .add("settled", entry.settled());
                entry.headers().forEach((header, text) -> table.add("header " + header, text));
                table.print(output.format, surroundings.console().out());
                if (raw != null) {
                    reading.demand(name, "look at the bytes of a refused record");
                    byte[] bytes = rejected.value(name, offset)
                            .orElseThrow(() -> new CommandException(
                                    Cli.FAILED, "mesh: [" + name + "] the record at " + position + " has no value"));
                    write(raw, bytes);
                }
            }
            return Cli.OK;
        }

        /** Owner-only from its first moment on, and never in the place of another file. */
        static void write(Path file, byte[] bytes) {
            try (OutputStream out = Channels.newOutputStream(Files.newByteChannel(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))) {
                out.write(bytes);
            } catch (FileAlreadyExistsException e) {
                throw new CommandException(Cli.FAILED, "mesh: [" + file + "] must be a new file but exists");
            } catch (IOException e) {
                throw new UncheckedIOException("[" + file + "] must be writable but was not", e);
            }
        }
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description =
                    "Put refused records back on the product's topic, each exactly once, never over a newer state.",
            footer = "Exit code 1 when records would be refused again; they stay open.")
    static final class Replay implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        Chosen chosen = new Chosen();

        @Option(names = "--dry-run", description = "Say what would become of them; write nothing.")
        boolean dryRun;

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        @Mixin
        ActingOption acting = new ActingOption();

        Replay(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            ProductName name = ProductArgument.parse(chosen.product);
            RejectedRecords.Selection selection = chosen.selection();
            Principal by = acting.demand(Operation.REPLAY_REJECTED, surroundings, options);
            RejectedRecords.Report report;
            try (Reading reading = options.open(surroundings, surroundings.contracts());
                    RejectedRecords rejected = reading.rejected()) {
                report = dryRun
                        ? rejected.plan(name, selection)
                        : recorded(
                                surroundings,
                                reading,
                                new Change(by, "rejected.replay", name.toString(), "", chosen.told(), List.of()),
                                () -> rejected.replay(name, selection, by.name()),
                                done -> done.replayed() + " replayed, " + done.filtered() + " filtered, "
                                        + done.refused() + " refused again");
            }
            new Rows("product", "replayed", "filtered", "refused", "dry run")
                    .add(report.product(), report.replayed(), report.filtered(), report.refused(), dryRun)
                    .print(output.format, surroundings.console().out());
            report.examples()
                    .forEach(again -> surroundings
                            .console()
                            .note("mesh: [" + name + " 0:" + again.offset() + "] would be refused again: "
                                    + again.reason() + ", " + again.message()));
            return report.refused() == 0 ? Cli.OK : Cli.FAILED;
        }
    }

    @Command(
            name = "discard",
            mixinStandardHelpOptions = true,
            description = "Settle refused records without putting them back; who, when and why is kept beside them.")
    static final class Discard implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        Chosen chosen = new Chosen();

        @Option(names = "--because", required = true, paramLabel = "TEXT", description = "Why, for whoever asks later.")
        String because = "";

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        @Mixin
        ActingOption acting = new ActingOption();

        Discard(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            ProductName name = ProductArgument.parse(chosen.product);
            RejectedRecords.Selection selection = chosen.selection();
            if (because.isBlank()) {
                throw new CommandException(Cli.USAGE, "mesh: --because must say why but was blank");
            }
            Principal by = acting.demand(Operation.DISCARD_REJECTED, surroundings, options);
            try (Reading reading = options.open(surroundings, surroundings.contracts());
                    RejectedRecords rejected = reading.rejected()) {
                long discarded = recorded(
                        surroundings,
                        reading,
                        new Change(by, "rejected.discard", name.toString(), because, chosen.told(), List.of()),
                        () -> rejected.discard(name, selection, by.name(), because),
                        done -> done + " discarded");
                new Rows("product", "discarded")
                        .add(name, discarded)
                        .print(output.format, surroundings.console().out());
            }
            return Cli.OK;
        }
    }
}
