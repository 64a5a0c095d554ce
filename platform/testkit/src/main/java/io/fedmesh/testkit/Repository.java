package io.fedmesh.testkit;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import java.nio.file.Path;

/** The repository that the build runs in, found by the system property {@code fedmesh.root}, which the build sets. */
public final class Repository {
    private Repository() {}

    /** The repository's root folder. */
    public static Path root() {
        String root = System.getProperty("fedmesh.root");
        if (root == null) {
            throw new IllegalStateException("[testkit] the system property 'fedmesh.root' must name the repository");
        }
        return Path.of(root);
    }

    /** Its contracts, after every check; read once. */
    public static Contracts contracts() {
        return Loaded.CONTRACTS;
    }

    private static final class Loaded {
        static final Contracts CONTRACTS = load();
    }

    private static Contracts load() {
        try {
            return Contracts.load(root());
        } catch (InvalidContractsException e) {
            throw new IllegalStateException(e);
        }
    }
}
