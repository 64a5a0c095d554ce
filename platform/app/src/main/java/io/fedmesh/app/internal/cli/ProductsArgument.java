package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** One product, or every product of the mesh. */
final class ProductsArgument {
    @Parameters(arity = "0..1", paramLabel = "PRODUCT", description = "<domain>.<product>; default: every product.")
    @Nullable
    String product;

    /** The names that are meant, in order; a single one need not have a contract. */
    List<ProductName> names(Contracts contracts) {
        return product != null
                ? List.of(ProductArgument.parse(product))
                : contracts.products().stream().map(Contract::name).sorted().toList();
    }
}
