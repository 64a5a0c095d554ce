package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contracts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Check every domain, source, contract and schema; report all problems with file and line.")
final class ValidateCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            arity = "0..1",
            paramLabel = "ROOT",
            description = "The folder that holds domains/ and schemas/; default: this repository.")
    java.nio.file.@org.jspecify.annotations.Nullable Path root;

    ValidateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Surroundings at = root == null
                ? surroundings
                : new Surroundings(surroundings.console(), surroundings.environment(), root.toAbsolutePath());
        Contracts contracts = at.contracts();
        surroundings
                .console()
                .out()
                .println(Surroundings.count(contracts.domains().size(), "domain") + ", "
                        + Surroundings.count(contracts.sources().size(), "source") + ", "
                        + Surroundings.count(contracts.products().size(), "product") + ": all valid");
        return Cli.OK;
    }
}
