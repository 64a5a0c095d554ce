package io.fedmesh.app.internal.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "schema", mixinStandardHelpOptions = true, description = "Print a product's Avro schema.")
final class SchemaCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "PRODUCT", description = "<domain>.<product>")
    String product = "";

    SchemaCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        surroundings
                .console()
                .out()
                .println(ProductArgument.find(surroundings.contracts(), product)
                        .schema()
                        .toString(true));
        return Cli.OK;
    }
}
