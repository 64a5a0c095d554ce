package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.TopicName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "products", mixinStandardHelpOptions = true, description = "List the products that domains offer.")
final class ProductsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    OutputFormat.Choice output = new OutputFormat.Choice();

    ProductsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Rows rows =
                new Rows("product", "kind", "visibility", "owner", "cost centre", "classification", "fields", "table");
        for (Contract contract : surroundings.contracts().products()) {
            TopicName topic = contract.topic();
            rows.add(
                    contract.name(),
                    topic.kind(),
                    topic.visibility(),
                    contract.owner(),
                    contract.costCentre(),
                    contract.classification(),
                    contract.fields().size(),
                    contract.name().namespace() + "." + contract.name().latestTable());
        }
        rows.print(output.format, surroundings.console().out());
        return Cli.OK;
    }
}
