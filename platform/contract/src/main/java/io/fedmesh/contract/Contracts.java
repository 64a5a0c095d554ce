package io.fedmesh.contract;

import io.fedmesh.contract.internal.RepositoryReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the repository's {@code domains/} and {@code schemas/} say, after every check: an immutable image.
 *
 * @param domains in the order of their names
 * @param sources in the order of domain and name
 * @param products in the order of their names
 */
public record Contracts(List<Domain> domains, List<Source> sources, List<Contract> products) {

    /**
     * Reads and checks a repository.
     *
     * @param root the folder that holds {@code domains/} and {@code schemas/}
     * @throws InvalidContractsException with every problem found, in the order of file and line
     */
    public static Contracts load(Path root) throws InvalidContractsException {
        return new RepositoryReader(root).read();
    }

    /** The product's contract, if there is one. */
    public Optional<Contract> product(ProductName name) {
        return products.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /** The contract whose topic this is, if there is one. */
    public Optional<Contract> byTopic(String topic) {
        return products.stream().filter(c -> c.topic().toString().equals(topic)).findFirst();
    }

    /** The products of one domain. */
    public List<Contract> ofDomain(String domain) {
        return products.stream().filter(c -> c.name().domain().equals(domain)).toList();
    }
}
