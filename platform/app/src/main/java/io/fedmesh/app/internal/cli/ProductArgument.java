package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.ProductName;

/** The product that an argument names. */
final class ProductArgument {
    private ProductArgument() {}

    static ProductName parse(String name) {
        try {
            return ProductName.parse(name);
        } catch (IllegalArgumentException e) {
            throw new CommandException(Cli.USAGE, "mesh: " + e.getMessage());
        }
    }
}
