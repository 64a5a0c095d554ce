package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractsTest {
    @TempDir
    Path folder;

    private TestRepository repository;

    @BeforeEach
    void write() {
        repository = TestRepository.in(folder);
    }

    @Test
    void aValidRepositoryBecomesItsImage() throws Exception {
        Contracts contracts = repository.load();

        assertThat(contracts.domains())
                .containsExactly(new Domain(
                        "sales",
                        "Who buys what.",
                        "u-1",
                        "CC-1",
                        List.of("u-1", "u-2"),
                        Path.of(TestRepository.DOMAIN)));
        assertThat(contracts.sources())
                .containsExactly(new Source(
                        "sales", "shop", "shop", "sales.beat", Source.Truncate.REFUSE, Path.of(TestRepository.SOURCE)));
        Contract order = contracts.product(ProductName.parse("sales.order")).orElseThrow();
        assertThat(order)
                .isEqualTo(new Contract(
                        ProductName.parse("sales.order"),
                        "1.0.0",
                        "active",
                        "For tests.",
                        "u-1",
                        "CC-1",
                        TopicName.parse("sales.public.order.state.v1"),
                        order.schema(),
                        List.of("order_id", "line"),
                        Map.of(
                                "order_id", new Contract.Field(Classification.INTERNAL, Set.of()),
                                "line", new Contract.Field(Classification.INTERNAL, Set.of()),
                                "email", new Contract.Field(Classification.RESTRICTED, Set.of("PII")),
                                "amount", new Contract.Field(Classification.INTERNAL, Set.of())),
                        new Contract.Captured(
                                "shop",
                                "sales.orders",
                                Map.of("order_id", "id", "line", "line", "email", "email", "amount", "amount")),
                        new Contract.Sla(Duration.ofMinutes(5), 99.5),
                        new Contract.Retention(Duration.ofDays(30), Duration.ofDays(7)),
                        3,
                        Layout.NONE,
                        Contract.Upkeep.DEFAULT,
                        Quality.NONE,
                        "email",
                        new Disclosure(Map.of("email", Mask.REDACT), null),
                        Path.of(TestRepository.ORDER)));
        assertThat(order.classification()).isEqualTo(Classification.RESTRICTED);
        assertThat(contracts
                        .byTopic("sales.public.total.derived.v1")
                        .orElseThrow()
                        .origin())
                .isEqualTo(new Contract.Derived(
                        "total",
                        List.of(ProductName.parse("sales.order")),
                        "select id as order_id, sum(amount) as amount from sales.orders group by id\n",
                        Map.of(
                                "order_id",
                                List.of(new Contract.InputField(ProductName.parse("sales.order"), "order_id")),
                                "amount",
                                List.of(new Contract.InputField(ProductName.parse("sales.order"), "amount"))),
                        List.of()));
        assertThat(contracts.sources().get(0).products(contracts.products())).containsExactly(order);
    }

    @Test
    void whatAContractDoesNotSayOfUpkeepIsTheUsual() throws Exception {
        repository.change(
                TestRepository.ORDER,
                "value: 3\n",
                "value: 3\n  - property: upkeep\n    value: {targetFileBytes: 2097152, snapshotRetention: PT1H, holds: [case-7]}\n");

        Contracts contracts = repository.load();
        assertThat(contracts
                        .product(ProductName.parse("sales.order"))
                        .orElseThrow()
                        .upkeep())
                .isEqualTo(new Contract.Upkeep(2 << 20, 8, Duration.ofHours(1), Duration.ofDays(3), Set.of("case-7")));
        assertThat(contracts
                        .product(ProductName.parse("sales.total"))
                        .orElseThrow()
                        .upkeep())
                .isEqualTo(Contract.Upkeep.DEFAULT);
    }

    @Test
    void theLayoutOfItsTablesIsPartOfAContract() throws Exception {
        repository.change(
                TestRepository.ORDER,
                "  - property: erasureSubject",
                "  - property: partitioning\n    value:\n      - {field: order_id, transform: truncate, width: 2}\n"
                        + "      - {field: line, transform: bucket, width: 16}\n  - property: sortOrder\n"
                        + "    value: [{field: line, direction: desc}, {field: order_id}]\n  - property: erasureSubject");

        assertThat(repository
                        .load()
                        .product(ProductName.parse("sales.order"))
                        .orElseThrow()
                        .layout())
                .isEqualTo(new Layout(
                        List.of(
                                new Layout.Partition("order_id", Layout.Transform.TRUNCATE, 2),
                                new Layout.Partition("line", Layout.Transform.BUCKET, 16)),
                        List.of(
                                new Layout.Sort("line", Layout.Direction.DESC),
                                new Layout.Sort("order_id", Layout.Direction.ASC))));
        assertThat(repository
                        .load()
                        .product(ProductName.parse("sales.total"))
                        .orElseThrow()
                        .layout())
                .isEqualTo(Layout.NONE);
    }

    @Test
    void aTokenisedFieldIsSaidByTheContractAndItsDocument() throws Exception {
        repository.change(
                TestRepository.ORDER_SCHEMA, "\"restricted\",", "\"restricted\", \"protection\": \"tokenise\",");

        Contract order =
                repository.load().product(ProductName.parse("sales.order")).orElseThrow();

        assertThat(order.tokenised()).containsExactly("email");
        assertThat(order.fields().get("email"))
                .isEqualTo(new Contract.Field(Classification.RESTRICTED, Set.of("PII"), Contract.Protection.TOKENISE));
        assertThat(OdcsDocument.of(folder, order).yaml())
                .containsOnlyOnce(
                        "        customProperties:\n          - property: protection\n            value: tokenise\n");
    }

    @Test
    void tablesAreNotLaidOutByATokenisedField() {
        repository.change(
                TestRepository.TOTAL_SCHEMA,
                "{\"name\": \"order_id\"",
                "{\"name\": \"note\", \"type\": \"string\", \"protection\": \"tokenise\"}, {\"name\": \"order_id\"");
        repository.change(
                TestRepository.TOTAL,
                "  - property: topology",
                "  - property: sortOrder\n    value: [{field: note}]\n  - property: topology");
        repository.change(TestRepository.TOTAL, "      amount: [", "      note: [sales.order.line]\n      amount: [");

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/products/total.odcs.yaml:37] sortOrder: 'customProperties.sortOrder.field'"
                                + " must name a field that is not tokenised, for tables hold only its tokens, but was 'note'");
    }

    @Test
    void enumsMapsRecordsAndWhatIsWithinThemAreTypesOfAField() throws Exception {
        repository.change(TestRepository.TOTAL_SCHEMA, "    {\"name\": \"order_id\"", """
                    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["NEW", "OLD"], "default": "NEW"}, "classification": "restricted"},
                    {"name": "counts", "type": {"type": "map", "values": ["null", "long"]}, "classification": "restricted"},
                    {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Part", "fields": [
                      {"name": "weight", "type": ["null", "float"], "default": null},
                      {"name": "days", "type": {"type": "array", "items": {"type": "int", "logicalType": "date"}}}]}},
                      "approximate": true, "classification": "restricted"},
                    {"name": "order_id\"""");

        assertThat(repository
                        .load()
                        .product(ProductName.parse("sales.total"))
                        .orElseThrow()
                        .schema()
                        .getFields())
                .extracting(org.apache.avro.Schema.Field::name)
                .containsExactly("kind", "counts", "lines", "order_id", "amount");
    }

    @Test
    void anImageCannotBeChanged() throws Exception {
        Contract order =
                repository.load().product(ProductName.parse("sales.order")).orElseThrow();

        assertThatThrownBy(() -> order.fields().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> order.keyFields().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void allProblemsComeAtOnceInTheOrderOfFileAndLine() {
        repository.change(TestRepository.TOTAL, "status: active", "status: alive");
        repository.change(TestRepository.TOTAL, "kind: DataContract", "kind: DataContrakt");
        repository.change(TestRepository.DOMAIN, "owner: u-1\n", "");
        repository.change(TestRepository.ORDER_SCHEMA, "\"scale\": 2", "\"scale\": 13");

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/domain.yaml:1] missing-key: 'owner' must be given but was absent",
                        "[domains/sales/products/total.odcs.yaml:2] value: 'kind' must be one of DataContract but was"
                                + " 'DataContrakt'",
                        "[domains/sales/products/total.odcs.yaml:6] value: 'status' must be one of proposed, draft,"
                                + " active, deprecated, retired but was 'alive'",
                        "[schemas/sales/order.v1.avsc:9] value: 'fields[3].type.scale' must be at most the precision 12"
                                + " but was '13'");
    }

    @Test
    void aFieldWithoutAnyClassificationIsRefusedWhereItStands() {
        repository.change(TestRepository.TOTAL, "  - property: classification\n    value: internal\n", "");

        assertThat(repository.problems())
                .containsExactly(
                        "[schemas/sales/total.v1.avsc:6] classification: 'order_id' must have a classification, its own"
                                + " or the contract's default, but had none",
                        "[schemas/sales/total.v1.avsc:7] classification: 'amount' must have a classification, its own or"
                                + " the contract's default, but had none");
    }

    @Test
    void aCycleIsToldAtEveryProductOnIt() {
        repository.change(TestRepository.ORDER, "order.state.v1", "order.derived.v1");
        String text = read(TestRepository.ORDER);
        repository.write(
                TestRepository.ORDER,
                text.substring(0, text.indexOf("  - property: source"))
                        + "  - property: topology\n    value: o\n  - property: inputs\n    value: [sales.total]\n");

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/products/order.odcs.yaml:41] cycle: 'customProperties.inputs' must not lead back"
                                + " to the product but was 'sales.order -> sales.total -> sales.order'",
                        "[domains/sales/products/total.odcs.yaml:39] cycle: 'customProperties.inputs' must not lead back"
                                + " to the product but was 'sales.total -> sales.order -> sales.total'");
    }

    @Test
    void aPrivateProductIsNoInputOfAnotherDomain() {
        repository.change(TestRepository.TOTAL, "sales.public.total", "sales.private.total");
        repository.write(
                "domains/audit/domain.yaml", read(TestRepository.DOMAIN).replace("sales", "audit"));
        repository.write(
                "domains/audit/products/sum.odcs.yaml",
                read(TestRepository.TOTAL)
                        .replace("sales.order", "sales.total")
                        .replace("sales.private.total", "audit.public.sum")
                        .replace("id: sales.total", "id: audit.sum")
                        .replace("domain: sales", "domain: audit")
                        .replace("dataProduct: total", "dataProduct: sum")
                        .replace("- name: total", "- name: sum")
                        .replace("  - property: reconcileSql\n    value: total.sql\n", ""));
        repository.write(
                "schemas/audit/sum.v1.avsc",
                read(TestRepository.TOTAL_SCHEMA).replace("Total", "Sum").replace("test.sales", "test.audit"));

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/audit/products/sum.odcs.yaml:39] input: 'customProperties.inputs' must name no private"
                                + " product of another domain but had 'sales.total'");
    }

    @Test
    void aTableIsCapturedOnce() {
        repository.write(
                "domains/sales/products/again.odcs.yaml",
                read(TestRepository.ORDER)
                        .replace("sales.order\n", "sales.again\n")
                        .replace("name: order", "name: again")
                        .replace("dataProduct: order", "dataProduct: again")
                        .replace("public.order", "public.again"));
        repository.write(
                "schemas/sales/again.v1.avsc", read(TestRepository.ORDER_SCHEMA).replace("Order", "Again"));

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/products/order.odcs.yaml:41] source: 'customProperties.source.table' must"
                                + " be captured once, and is by sales.again, but was 'sales.orders'");
    }

    @Test
    void filesThatNobodyReadsAreRefused() {
        repository.write("domains/sales/products/late.odcs.yml", "");
        repository.write("domains/sales/products/.late.swp", "");
        repository.write("schemas/sales/late.v1.avsc", "{}");
        repository.write("schemas/sales/Late.avsc", "{}");
        repository.delete(TestRepository.TOTAL_SCHEMA);

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/products/late.odcs.yml:1] file: a file here must end with one of [.odcs.yaml,"
                                + " .sql] but did not",
                        "[domains/sales/products/total.odcs.yaml:13] schema-file: the topic's major version must have a"
                                + " schema schemas/sales/total.v1.avsc but had none",
                        "[schemas/sales/Late.avsc:1] name: a schema must be named <product>.v<major>.avsc but was"
                                + " 'Late.avsc'",
                        "[schemas/sales/late.v1.avsc:1] schema-file: a schema must have a contract but had none");
    }

    @Test
    void aFolderOrAFileOutsideTheGrammarIsRefused() {
        repository.write("domains/Sales_EU/domain.yaml", "");
        repository.write("domains/sales/products/Order.odcs.yaml", "");

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/Sales_EU:1] name: a domain's folder must match [a-z][a-z0-9-]{0,30} but was"
                                + " 'Sales_EU'",
                        "[domains/sales/products/Order.odcs.yaml:1] name: the file's name must match"
                                + " [a-z][a-z0-9-]{0,30} but was 'Order'");
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        repository.delete(TestRepository.DOMAIN);
        Files.createSymbolicLink(folder.resolve(TestRepository.DOMAIN), Path.of("/etc/hostname"));

        assertThat(repository.problems())
                .containsExactly(
                        "[domains/sales/domain.yaml:1] file: the file must be a regular file but was missing, a"
                                + " link or a folder");
    }

    @Test
    void slotsThatFoldIntoOneAreRefused() {
        repository.write("domains/a/domain.yaml", read(TestRepository.DOMAIN).replace("sales", "a"));
        repository.write(
                "domains/a/sources/b--c.yaml", read(TestRepository.SOURCE).replace("name: shop", "name: b--c"));
        repository.write("domains/a--b/domain.yaml", read(TestRepository.DOMAIN).replace("sales", "a--b"));
        repository.write(
                "domains/a--b/sources/c.yaml", read(TestRepository.SOURCE).replace("name: shop", "name: c"));

        assertThat(repository.problems())
                .containsExactly("[domains/a/sources/b--c.yaml:1] name: the slot's name must be unique and at most 63"
                        + " characters long but was 'mesh_a__b__c'");
    }

    @Test
    void anEmptyFolderHoldsNoRepository(@TempDir Path empty) {
        assertThatThrownBy(() -> Contracts.load(empty))
                .isInstanceOf(InvalidContractsException.class)
                .hasMessage("[domains:1] file: the folder must exist and be readable but was not\n"
                        + "[schemas:1] file: the folder must exist and be readable but was not");
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
