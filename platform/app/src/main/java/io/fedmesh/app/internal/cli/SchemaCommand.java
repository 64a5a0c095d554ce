package io.fedmesh.app.internal.cli;

import io.fedmesh.access.Catalogue;
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
        Catalogue catalogue = new Catalogue(surroundings.contracts(), null, null);
        surroundings.console().out().println(catalogue.schema(ProductArgument.parse(product)));
        return Cli.OK;
    }
}
