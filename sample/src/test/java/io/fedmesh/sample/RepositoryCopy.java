package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The contracts, schemas and people of this repository in a folder of a test's own, to be changed there. */
final class RepositoryCopy {
    private final Path root;

    private RepositoryCopy(Path root) {
        this.root = root;
    }

    static RepositoryCopy in(Path root) throws IOException {
        Path repository = Path.of(System.getProperty("fedmesh.root"));
        for (String top : List.of("domains", "schemas")) {
            try (Stream<Path> files = Files.walk(repository.resolve(top))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String name = file.toString();
                    if (name.endsWith(".yaml") || name.endsWith(".avsc") || name.endsWith(".sql")) {
                        if (!name.contains("/target/")) {
                            Path copy = root.resolve(repository.relativize(file).toString());
                            Files.createDirectories(copy.getParent());
                            Files.copy(file, copy);
                        }
                    }
                }
            }
        }
        Files.copy(repository.resolve("people.yaml"), root.resolve("people.yaml"));
        return new RepositoryCopy(root);
    }

    RepositoryCopy with(String file, String old, String by) throws IOException {
        String text = Files.readString(root.resolve(file));
        assertThat(text).contains(old);
        Files.writeString(root.resolve(file), text.replace(old, by));
        return this;
    }

    Contracts contracts() throws InvalidContractsException {
        return Contracts.load(root);
    }
}
