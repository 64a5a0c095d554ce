package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The repository that the tests run in is itself valid. */
class RepositoryTest {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));

    @Test
    void theRepositoryOfTheseTestsIsValid() throws Exception {
        Contracts contracts = Contracts.load(ROOT);

        assertThat(contracts.domains()).isNotEmpty();
        assertThat(contracts.products()).isNotEmpty().allSatisfy(contract -> {
            assertThat(contract.fields().keySet())
                    .containsExactlyElementsOf(contract.schema().getFields().stream()
                            .map(f -> f.name())
                            .toList());
            assertThat(contract.sla().freshness()).isGreaterThan(Duration.ZERO);
        });
        assertThat(contracts.sources())
                .allSatisfy(source ->
                        assertThat(source.products(contracts.products())).isNotEmpty());
    }
}
