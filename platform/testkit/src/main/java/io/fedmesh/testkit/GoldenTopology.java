package io.fedmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.stream.TopologyPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A topology's description, kept in a file beside the test and reviewed: names of stores and repartitions are part of the
 * state of a running application, so that a change of them is a migration, not a refactoring.
 */
public final class GoldenTopology {
    /** {@code -Dgolden.update} writes the files anew. */
    public static final String UPDATE_PROPERTY = "golden.update";

    private GoldenTopology() {}

    /** Compares with {@code <product>.topology} beside the test's source, or writes it under {@value #UPDATE_PROPERTY}. */
    public static void matches(Class<?> test, TopologyPlan plan) {
        String module = System.getProperty("basedir", ".");
        Path folder = Path.of(module, "src/test/java", test.getPackageName().replace('.', '/'));
        matches(folder.resolve(plan.product().name().product() + ".topology"), plan);
    }

    /** Compares with the file, or writes it under {@value #UPDATE_PROPERTY}. */
    public static void matches(Path file, TopologyPlan plan) {
        String description = plan.topology().describe().toString().stripTrailing() + "\n";
        try {
            if (System.getProperty(UPDATE_PROPERTY) != null) {
                Files.writeString(file, description, StandardCharsets.UTF_8);
            }
            assertThat(file)
                    .withFailMessage(
                            "[%s] the golden description must be there: run with -D%s and review it",
                            file, UPDATE_PROPERTY)
                    .exists();
            assertThat(description)
                    .as("the topology of %s; a changed name is a migration: -D%s accepts it", plan, UPDATE_PROPERTY)
                    .isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
