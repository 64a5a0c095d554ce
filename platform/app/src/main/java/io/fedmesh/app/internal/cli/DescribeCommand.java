package io.fedmesh.app.internal.cli;

import io.fedmesh.access.Catalogue;
import io.fedmesh.access.ResultFormat;
import io.fedmesh.contract.ProductName;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = "Say what a product is: owner, origin, promise, fields and their protection.")
final class DescribeCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "PRODUCT", description = "<domain>.<product>")
    String product = "";

    @Mixin
    OutputOption output = new OutputOption();

    DescribeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Catalogue catalogue = new Catalogue(surroundings.contracts(), null, null);
        ProductName name = ProductArgument.parse(product);
        PrintStream out = surroundings.console().out();
        if (output.format == ResultFormat.TABLE) {
            Rows.print(catalogue.describe(name), output.format, out);
            out.println();
        }
        // What a program reads is the fields: the facts are in the contract's file.
        Rows.print(catalogue.fields(name), output.format, out);
        return Cli.OK;
    }
}
