package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How contract files announce an end and a next major version beside it. */
class LifetimeTest {
    private static final String NEXT = "domains/sales/products/order-v2.odcs.yaml";
    private static final String NEXT_SCHEMA = "schemas/sales/order-v2.v2.avsc";
    private static final String END = "  - property: endOfLife\n    value: 2027-03-31\n";
    private static final String SUCCEEDED_BY = "  - property: succeededBy\n    value: sales.order-v2\n";
    private static final String SUCCEEDS =
            "  - property: succeeds\n    value: {product: sales.order, until: 2027-03-31}\n";

    @TempDir
    private Path root;

    private TestRepository repository;

    @BeforeEach
    void twoMajorVersionsSideBySide() throws Exception {
        repository = TestRepository.in(root);
        String order = Files.readString(root.resolve(TestRepository.ORDER));
        repository.write(
                NEXT,
                order.replace("id: sales.order", "id: sales.order-v2")
                                .replace("name: order\n", "name: order-v2\n")
                                .replace("dataProduct: order\n", "dataProduct: order-v2\n")
                                .replace("sales.public.order.state.v1", "sales.public.order-v2.state.v2")
                                .replace("version: 1.0.0", "version: 2.0.0")
                                .replace("name: shop", "name: shop-v2")
                        + SUCCEEDS);
        repository.write(
                NEXT_SCHEMA,
                Files.readString(root.resolve(TestRepository.ORDER_SCHEMA)).replace("\"Order\"", "\"OrderV2\""));
        // A source of its own: the next major version begins with its own snapshot.
        repository.write(
                "domains/sales/sources/shop-v2.yaml",
                Files.readString(root.resolve(TestRepository.SOURCE)).replace("name: shop", "name: shop-v2"));
        repository.write(
                TestRepository.ORDER,
                order.replace("status: active", "status: deprecated")
                                .replace("slaProperties:\n", "slaProperties:\n" + END)
                        + SUCCEEDED_BY);
    }

    @Test
    void bothAreReadAndEachKnowsTheOther() throws Exception {
        Contracts contracts = repository.load();

        assertThat(contracts
                        .product(ProductName.parse("sales.order"))
                        .orElseThrow()
                        .lifetime())
                .isEqualTo(new Contract.Lifetime(
                        LocalDate.parse("2027-03-31"), ProductName.parse("sales.order-v2"), null));
        assertThat(contracts
                        .product(ProductName.parse("sales.order-v2"))
                        .orElseThrow()
                        .lifetime())
                .isEqualTo(new Contract.Lifetime(null, null, ProductName.parse("sales.order")));
        assertThat(contracts
                        .product(ProductName.parse("sales.total"))
                        .orElseThrow()
                        .lifetime())
                .isEqualTo(Contract.Lifetime.OPEN);
    }

    @Test
    void aProductMayEndWithoutASuccessor() throws Exception {
        repository.change(TestRepository.ORDER, SUCCEEDED_BY, "").change(NEXT, SUCCEEDS, "");

        assertThat(repository
                        .load()
                        .product(ProductName.parse("sales.order"))
                        .orElseThrow()
                        .lifetime()
                        .end())
                .isEqualTo(LocalDate.parse("2027-03-31"));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "order    | status: deprecated | status: active | 'status' must be 'deprecated' where an 'endOfLife' is"
                        + " announced but was 'active'",
                "order    | value: 2027-03-31 | value: soon | 'slaProperties.endOfLife.value' must be a day such as"
                        + " 2027-03-31 but was 'soon'",
                "order    | property: endOfLife | property: endOfSupport | 'slaProperties' must have one property"
                        + " 'endOfLife' where 'status' is 'deprecated' but had 0",
                "order    | value: sales.order-v2 | value: sales.order-v3 | 'customProperties.succeededBy' must name a"
                        + " product whose 'succeeds' names sales.order but was 'sales.order-v3'",
                "order    | value: sales.order-v2 | value: sales.total | 'customProperties.succeededBy' must name a"
                        + " product whose 'succeeds' names sales.order but was 'sales.total'",
                "order    | value: sales.order-v2 | value: no name | 'customProperties.succeededBy' must name a"
                        + " product whose 'succeeds' names sales.order but was 'no name'",
                "order-v2 | product: sales.order | product: sales.order-v2 | 'customProperties.succeeds.product' must"
                        + " name a product of 'sales' whose 'succeededBy' names sales.order-v2 but was 'sales.order-v2'",
                "order-v2 | product: sales.order | product: sales.total | 'customProperties.succeeds.product' must"
                        + " name a product of 'sales' whose 'succeededBy' names sales.order-v2 but was 'sales.total'",
                "order-v2 | until: 2027-03-31 | until: 2027-03-30 | 'customProperties.succeeds.until' must be"
                        + " 2027-03-31, the 'endOfLife' of sales.order, but was '2027-03-30'",
                "order-v2 | until: 2027-03-31 | since: 2027-03-31 | 'customProperties.succeeds.until' must be given but"
                        + " was absent"
            })
    void twoHalvesThatDoNotFitAreRefused(String product, String from, String to, String message) {
        repository.change("domains/sales/products/" + product + ".odcs.yaml", from, to);

        assertThat(repository.problems())
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("[domains/sales/products/" + product + ".odcs.yaml:")
                        .endsWith(": " + message));
    }

    @Test
    void aSuccessorIsOfALaterMajorVersion() {
        repository
                .change(NEXT, "version: 2.0.0", "version: 1.1.0")
                .change(NEXT, "sales.public.order-v2.state.v2", "sales.public.order-v2.state.v1");
        repository.delete(NEXT_SCHEMA);
        repository.write(
                "schemas/sales/order-v2.v1.avsc", "{}"); // whatever it holds, the version is what is asked here

        assertThat(repository.problems())
                .anySatisfy(problem -> assertThat(problem)
                        .endsWith(
                                "succession: 'version' must be of a later major version than 1.0.0 of sales.order, which it"
                                        + " succeeds, but was '1.1.0'"));
    }

    @Test
    void anEndThatIsGivenTwiceOrASuccessorWithoutOneIsRefused() {
        repository.change(TestRepository.ORDER, END, END + END);
        assertThat(repository.problems())
                .anySatisfy(problem -> assertThat(problem).endsWith("'deprecated' but had 2"));

        repository
                .change(TestRepository.ORDER, END + END, "")
                .change(TestRepository.ORDER, "status: deprecated", "status: active");
        List<String> problems = repository.problems();
        assertThat(problems)
                .anySatisfy(problem -> assertThat(problem)
                        .endsWith(
                                "'customProperties.succeededBy' must stand beside an 'endOfLife' in 'slaProperties', until"
                                        + " which both are published, but none was given"));
    }
}
