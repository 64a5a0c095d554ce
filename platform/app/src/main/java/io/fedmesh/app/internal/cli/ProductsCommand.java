package io.fedmesh.app.internal.cli;

import io.fedmesh.access.Catalogue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "products", mixinStandardHelpOptions = true, description = "List the products that domains offer.")
final class ProductsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    OutputOption output = new OutputOption();

    ProductsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Rows.print(
                new Catalogue(surroundings.contracts(), null, null).products(),
                output.format,
                surroundings.console().out());
        return Cli.OK;
    }
}
