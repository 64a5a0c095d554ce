package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Permissions.Operation;
import io.fedmesh.lake.Repair;
import io.fedmesh.lake.ReplayFrom;
import io.fedmesh.wire.AvroLimits;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.exceptions.NoSuchTableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mesh lake replay} and {@code mesh lake rebuild}. */
final class RepairCommands {
    private RepairCommands() {}

    /** Of one product. */
    abstract static class OnProduct implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(paramLabel = "PRODUCT", description = "<domain>.<product>")
        String product = "";

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        @Mixin
        ActingOption acting = new ActingOption();

        OnProduct(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        abstract Operation operation();

        abstract Repair.Report run(Repair repair, Contract contract, Reading reading);

        @Override
        public Integer call() {
            ProductName name = ProductArgument.parse(product);
            Contracts contracts = surroundings.contracts();
            Contract contract = contracts
                    .product(name)
                    .orElseThrow(() -> new CommandException(
                            Cli.USAGE, "mesh: [" + name + "] a product must have a contract but has none"));
            acting.demand(operation(), surroundings, options);
            Repair.Report report;
            try (Reading reading = options.open(surroundings, contracts)) {
                Repair repair = new Repair(
                        reading.lakehouse(),
                        Clock.systemUTC(),
                        new SecureRandom(),
                        pauseMs ->
                                LockSupport.parkNanos(Duration.ofMillis(pauseMs).toNanos()));
                report = run(repair, contract, reading);
            } catch (NoSuchTableException e) {
                throw new CommandException(Cli.FAILED, "mesh: [" + name + "] its tables are not made yet");
            } catch (IllegalArgumentException e) {
                throw new CommandException(Cli.USAGE, "mesh: " + e.getMessage());
            }
            new Rows("product", "read", "added", "refused", "latestAdded", "latestRemoved")
                    .add(
                            name,
                            report.read(),
                            report.added(),
                            report.refused(),
                            report.latestAdded(),
                            report.latestRemoved())
                    .print(output.format, surroundings.console().out());
            return Cli.OK;
        }
    }

    @Command(
            name = "rebuild",
            mixinStandardHelpOptions = true,
            description = "Make the latest table what history says, while the sink goes on.")
    static final class Rebuild extends OnProduct {
        Rebuild(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        Operation operation() {
            return Operation.MEND_TABLES;
        }

        @Override
        Repair.Report run(Repair repair, Contract contract, Reading reading) {
            return repair.rebuild(contract);
        }
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = "Read the topic again and add what the tables lack, while the sink goes on.")
    static final class Replay extends OnProduct {
        @Option(
                names = "--from",
                required = true,
                paramLabel = "WHERE",
                description = "earliest, a time such as 2026-01-31T12:00:00Z, or partition:offset,…")
        String from = "";

        Replay(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        Operation operation() {
            return Operation.RESET_OFFSETS;
        }

        @Override
        Repair.Report run(Repair repair, Contract contract, Reading reading) {
            AvroLimits.demand();
            return repair.replay(
                    contract,
                    ReplayFrom.parse(from),
                    reading.connections().kafka(DesiredState.SINK),
                    reading.connections().registry());
        }
    }
}
