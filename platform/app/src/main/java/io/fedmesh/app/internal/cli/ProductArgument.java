package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import java.util.stream.Collectors;

/** The product that an argument names. */
final class ProductArgument {
    private ProductArgument() {}

    /** Its contract; wrong usage when there is none. */
    static Contract find(Contracts contracts, String name) {
        try {
            return contracts.product(ProductName.parse(name)).orElseThrow(() -> unknown(contracts, name));
        } catch (IllegalArgumentException e) {
            throw unknown(contracts, name);
        }
    }

    private static CommandException unknown(Contracts contracts, String name) {
        String known =
                contracts.products().stream().map(c -> c.name().toString()).collect(Collectors.joining(", "));
        return new CommandException(Cli.USAGE, "mesh: 'product' must be one of " + known + " but was '" + name + "'");
    }
}
