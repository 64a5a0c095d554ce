package io.fedmesh.govern;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;

/** On a mesh of one machine its operator may read every product; everybody else is denied. */
public final class LocalAccessPolicy implements AccessPolicy {
    private final Contracts contracts;
    private final Principal operator;

    /**
     * @param contracts the products there are
     * @param operator who runs the local mesh
     */
    public LocalAccessPolicy(Contracts contracts, Principal operator) {
        this.contracts = contracts;
        this.operator = operator;
    }

    @Override
    public Decision decide(Principal who, ProductName what, String purpose) {
        if (purpose.isBlank()) {
            return Decision.deny("a purpose must be given");
        }
        if (contracts.product(what).isEmpty()) {
            return Decision.deny("no contract offers " + what);
        }
        if (!who.equals(operator)) {
            return Decision.deny("no agreement lets " + who + " read " + what);
        }
        return Decision.allow("the operator of a local mesh reads every product");
    }
}
