package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.process.Components;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Permissions.Operation;
import io.fedmesh.lake.Upkeep;
import io.fedmesh.lake.UpkeepReport;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lake",
        mixinStandardHelpOptions = true,
        description = "Keep tables and mend them: compaction, expiry, orphans, legal holds, replay, rebuild.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LakeCommand.Run.class,
            LakeCommand.UpkeepOnce.class,
            LakeCommand.Orphans.class,
            LakeCommand.HoldsOf.class,
            LakeCommand.Hold.class,
            LakeCommand.Release.class,
            RepairCommands.Replay.class,
            RepairCommands.Rebuild.class
        })
final class LakeCommand extends Group {
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Keep every product's tables, and copy the record of decisions into one, until told to end.")
    static final class Run implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        ProcessOptions options = new ProcessOptions();

        Run(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws IOException {
            return options.run(surroundings, "upkeep", Components::lake);
        }
    }

    /** A command about some or all products' tables. */
    abstract static class OnTables implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        @Mixin
        ActingOption acting = new ActingOption();

        OnTables(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        /** What is done for one product; rows are added to the answer. */
        abstract void on(Contract contract, Upkeep upkeep, Rows rows);

        abstract Rows rows();

        /** Null: every product. */
        abstract @Nullable String product();

        /** What the command does to tables; null where it only looks. */
        abstract @Nullable Operation operation();

        @Override
        public Integer call() {
            Contracts contracts = surroundings.contracts();
            String one = product();
            List<Contract> products = one == null ? contracts.products() : List.of(contract(contracts, one));
            Rows rows = rows();
            Operation operation = operation();
            if (operation != null) {
                acting.demand(operation, surroundings, options);
            } else if (acting.isGiven(surroundings)) {
                acting.principal(surroundings, options);
            }
            try (Reading reading = options.open(surroundings, contracts)) {
                Upkeep upkeep = new Upkeep(
                        reading.lakehouse(),
                        Clock.systemUTC(),
                        new SecureRandom(),
                        pauseMs ->
                                LockSupport.parkNanos(Duration.ofMillis(pauseMs).toNanos()));
                for (Contract contract : products) {
                    try {
                        on(contract, upkeep, rows);
                    } catch (NoSuchTableException e) {
                        surroundings.console().note(contract.name() + ": its tables are not made yet");
                    } catch (IllegalArgumentException e) {
                        throw new CommandException(Cli.USAGE, "mesh: " + e.getMessage());
                    }
                }
            }
            rows.print(output.format, surroundings.console().out());
            return Cli.OK;
        }

        private static Contract contract(Contracts contracts, String name) {
            ProductName product = ProductArgument.parse(name);
            return contracts
                    .product(product)
                    .orElseThrow(() -> new CommandException(
                            Cli.USAGE, "mesh: [" + product + "] a product must have a contract but has none"));
        }
    }

    /** Of any number of products. */
    abstract static class OnAnyTables extends OnTables {
        @Mixin
        ProductsArgument products = new ProductsArgument();

        OnAnyTables(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        @Nullable
        String product() {
            return products.product;
        }
    }

    @Command(
            name = "upkeep",
            mixinStandardHelpOptions = true,
            description = "One round of upkeep now, beside whatever else runs.")
    static final class UpkeepOnce extends OnAnyTables {
        UpkeepOnce(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        Operation operation() {
            return Operation.MEND_TABLES;
        }

        @Override
        Rows rows() {
            return new Rows(
                    "table",
                    "filesBefore",
                    "filesAfter",
                    "dropped",
                    "vectors",
                    "bytes",
                    "givenUp",
                    "manifests",
                    "snapshots",
                    "deleted");
        }

        @Override
        void on(Contract contract, Upkeep upkeep, Rows rows) {
            for (UpkeepReport report : upkeep.round(contract)) {
                rows.add(
                        report.table(),
                        report.filesBefore(),
                        report.filesAfter(),
                        report.historyFilesDropped(),
                        report.vectors(),
                        report.bytesRewritten(),
                        report.groupsGivenUp(),
                        report.manifestsMerged(),
                        report.snapshotsExpired(),
                        report.filesDeleted());
            }
        }
    }

    @Command(
            name = "orphans",
            mixinStandardHelpOptions = true,
            description = "Delete files that no snapshot names and that are older than the contract's bound.")
    static final class Orphans extends OnAnyTables {
        @Option(names = "--dry-run", description = "List them and delete nothing.")
        boolean isDry;

        Orphans(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        @Nullable
        Operation operation() {
            return isDry ? null : Operation.MEND_TABLES;
        }

        @Override
        Rows rows() {
            return isDry ? new Rows("product", "file") : new Rows("product", "deleted");
        }

        @Override
        void on(Contract contract, Upkeep upkeep, Rows rows) {
            if (isDry) {
                upkeep.orphans(contract).forEach(file -> rows.add(contract.name(), file));
            } else {
                rows.add(contract.name(), upkeep.deleteOrphans(contract));
            }
        }
    }

    @Command(name = "holds", mixinStandardHelpOptions = true, description = "List the legal holds on tables.")
    static final class HoldsOf extends OnAnyTables {
        HoldsOf(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        @Nullable
        Operation operation() {
            return null;
        }

        @Override
        Rows rows() {
            return new Rows("table", "hold", "inContract");
        }

        @Override
        void on(Contract contract, Upkeep upkeep, Rows rows) {
            upkeep.holds(contract)
                    .forEach((table, names) -> names.forEach(name ->
                            rows.add(table, name, contract.upkeep().holds().contains(name))));
        }
    }

    /** Of one product and one hold. */
    abstract static class OnHold extends OnTables {
        @Parameters(index = "0", paramLabel = "PRODUCT", description = "<domain>.<product>")
        String product = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "The hold's name: [a-z][a-z0-9-]{0,30}")
        String name = "";

        OnHold(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        Operation operation() {
            return Operation.HOLD_TABLES;
        }

        @Override
        String product() {
            return product;
        }

        @Override
        Rows rows() {
            return new Rows("table", "hold");
        }

        void list(Contract contract, Upkeep upkeep, Rows rows) {
            upkeep.holds(contract).forEach((table, names) -> names.forEach(held -> rows.add(table, held)));
        }
    }

    @Command(
            name = "hold",
            mixinStandardHelpOptions = true,
            description = "Keep every file of both tables as they stand now, until the hold is released.")
    static final class Hold extends OnHold {
        Hold(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void on(Contract contract, Upkeep upkeep, Rows rows) {
            upkeep.hold(contract, name);
            list(contract, upkeep, rows);
        }
    }

    @Command(name = "release", mixinStandardHelpOptions = true, description = "End a legal hold.")
    static final class Release extends OnHold {
        Release(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void on(Contract contract, Upkeep upkeep, Rows rows) {
            if (!upkeep.release(contract, name)) {
                throw new IllegalArgumentException(
                        "[" + contract.name() + "] a hold must be there to be released but '" + name + "' is not");
            }
            list(contract, upkeep, rows);
        }
    }
}
