package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One mistake in a valid repository, and the whole message that it gets. */
class ContractMistakesTest {
    @TempDir
    Path folder;

    private TestRepository repository;

    @BeforeEach
    void write() {
        repository = TestRepository.in(folder);
    }

    /** A file, what stands in it, what stands there instead, and the one problem. */
    static List<Arguments> mistakes() {
        String columns = "'customProperties.source.columns' must ";
        return List.of(
                mistake(
                        TestRepository.DOMAIN,
                        "name: sales",
                        "name: sale",
                        "1] name: 'name' must be 'sales', as the file's place says, but was 'sale'"),
                mistake(
                        TestRepository.DOMAIN,
                        "costCentre: CC-1\n",
                        "",
                        "1] missing-key: 'costCentre' must be given but was absent"),
                mistake(
                        TestRepository.DOMAIN,
                        "[u-1, u-2]",
                        "[]",
                        "5] value: 'stewards' must have 1 to 100 items but had 0"),
                mistake(
                        TestRepository.DOMAIN,
                        "[u-1, u-2]",
                        "[u-1, u-1]",
                        "5] value: 'stewards' must have distinct items but had one twice"),
                mistake(
                        TestRepository.DOMAIN,
                        "owner: u-1",
                        "owner: u-1\nownr: u-1",
                        "4] unknown-key: 'ownr' must be one of name, description, owner, costCentre, stewards but was"
                                + " given"),
                mistake(
                        TestRepository.SOURCE,
                        "truncate: refuse",
                        "truncate: ignore",
                        "4] value: 'truncate' must be one of tombstones, refuse but was 'ignore'"),
                mistake(
                        TestRepository.SOURCE,
                        "sales.beat",
                        "beat",
                        "3] value: 'heartbeatTable' must match [a-z_][a-z0-9_]{0,62}\\.[a-z_][a-z0-9_]{0,62} but was"
                                + " 'beat'"),
                mistake(
                        TestRepository.ORDER,
                        "apiVersion: v3.1.0",
                        "apiVersion: v3.0.2",
                        "1] value: 'apiVersion' must be 'v3.1.0' but was 'v3.0.2'"),
                mistake(
                        TestRepository.ORDER,
                        "id: sales.order\n",
                        "id: sales.orders\n",
                        "3] value: 'id' must be 'sales.order' but was 'sales.orders'"),
                mistake(
                        TestRepository.ORDER,
                        "domain: sales",
                        "domain: sales-eu",
                        "7] value: 'domain' must be 'sales' but was 'sales-eu'"),
                mistake(
                        TestRepository.ORDER,
                        "version: 1.0.0",
                        "version: 2.0.0",
                        "5] version: 'version' must begin with the topic's major version 1 but was '2.0.0'"),
                mistake(
                        TestRepository.ORDER,
                        "version: 1.0.0",
                        "version: 1.0",
                        "5] value: 'version' must be a text but was '1.0'",
                        "5] value: 'version' must match (0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})"
                                + " but was '1.0'"),
                mistake(
                        TestRepository.ORDER,
                        "  purpose: For tests.",
                        "  purpos: For tests.",
                        "10] missing-key: 'description.purpose' must be given but was absent",
                        "10] unknown-key: 'description.purpos' must be one of usage, purpose, limitations,"
                                + " authoritativeDefinitions, customProperties but was given"),
                mistake(
                        TestRepository.ORDER,
                        "sales.public.order.state.v1",
                        "sales.public.order.state.v0",
                        "13] name: a topic must be named <domain>.<visibility>.<product>.<kind>.v<major> but was"
                                + " 'sales.public.order.state.v0'"),
                mistake(
                        TestRepository.ORDER,
                        "sales.public.order.state.v1",
                        "sales-eu.public.order.state.v1",
                        "13] name: 'schema[0].physicalName' must name the topic of sales and order but was"
                                + " 'sales-eu.public.order.state.v1'"),
                mistake(
                        TestRepository.ORDER,
                        "sales.public.order.state.v1",
                        "sales.open.order.state.v1",
                        "13] name: 'visibility' must be one of [public, protected, private] but was 'open'"),
                mistake(
                        TestRepository.ORDER,
                        "order.state.v1",
                        "order.derived.v1",
                        "13] topic-kind: 'schema[0].physicalName' must be of kind 'state', because the product has a"
                                + " source, but was 'derived'"),
                mistake(
                        TestRepository.ORDER,
                        "    physicalName",
                        "    properties: []\n    physicalName",
                        "13] schema: 'schema[0].properties' must be left out, for fields are written once, in the Avro"
                                + " schema, but was given"),
                mistake(
                        TestRepository.ORDER,
                        "role: owner",
                        "role: Owner",
                        "14] owner: 'team.members' must have one member with the role 'owner' but had 0"),
                mistake(
                        TestRepository.ORDER,
                        "property: latency",
                        "property: lateness",
                        "18] sla: 'slaProperties' must have one property 'latency' but had 0"),
                mistake(
                        TestRepository.ORDER,
                        "value: 5\n",
                        "value: 0\n",
                        "20] value: 'slaProperties.latency.value' must be a number above 0 but was '0'"),
                mistake(
                        TestRepository.ORDER,
                        "value: 99.5",
                        "value: 100.5",
                        "23] sla: 'slaProperties.availability.value' must be at most 100 but was '100.5'"),
                mistake(
                        TestRepository.ORDER,
                        "    unit: percent\n",
                        "",
                        "22] missing-key: 'slaProperties.availability.unit' must be given but was absent"),
                mistake(
                        TestRepository.ORDER,
                        "  - property: costCentre\n    value: CC-1\n",
                        "",
                        "25] missing-key: 'customProperties.costCentre' must be given but was absent"),
                mistake(
                        TestRepository.ORDER,
                        "property: partitions\n",
                        "property: partition\n",
                        "25] missing-key: 'customProperties.partitions' must be given but was absent",
                        "32] unknown-key: 'customProperties.property' must be one of costCentre, classification, key,"
                                + " erasureSubject, source, topology, inputs, derivedFrom, declassifications, reconcileSql,"
                                + " retention, partitions, partitioning, sortOrder, upkeep, writeAuditPublish, masks, rowFilter, succeededBy, succeeds but was"
                                + " 'partition'"),
                mistake(
                        TestRepository.ORDER,
                        "value: 3\n",
                        "value: 0\n",
                        "33] value: 'customProperties.partitions' must be a whole number of 1 to 1000 but was '0'"),
                mistake(
                        TestRepository.ORDER,
                        "value: 3\n",
                        "value: 3\n  - property: upkeep\n    value: {minInputFiles: 1, orphanAge: PT2H, holds: [], size: 1}\n",
                        "35] unknown-key: 'customProperties.upkeep.size' must be one of targetFileBytes, minInputFiles,"
                                + " snapshotRetention, orphanAge, holds but was given",
                        "35] value: 'customProperties.upkeep.holds' must have 1 to 20 items but had 0",
                        "35] value: 'customProperties.upkeep.minInputFiles' must be a whole number of 2 to 100 but was"
                                + " '1'",
                        "35] value: 'customProperties.upkeep.orphanAge' must be an ISO-8601 duration of PT24H to PT2160H"
                                + " but was 'PT2H'"),
                mistake(
                        TestRepository.ORDER,
                        "history: P30D",
                        "history: 1 year",
                        "31] value: 'customProperties.retention.history' must be an ISO-8601 duration above zero, in"
                                + " days or less, such as P7D but was '1 year'"),
                mistake(
                        TestRepository.ORDER,
                        "[order_id, line]",
                        "[order_id, lines]",
                        "35] key: 'customProperties.key' must name a field of schemas/sales/order.v1.avsc but was"
                                + " 'lines'"),
                mistake(
                        TestRepository.ORDER,
                        "[order_id, line]",
                        "[email]",
                        "35] key: 'customProperties.key' must name a field that is never null but was 'email'"),
                mistake(
                        TestRepository.ORDER,
                        "[order_id, line]",
                        "[amount]",
                        "35] key: 'customProperties.key' must name a string, an int or a long but 'amount' was"
                                + " decimal"),
                mistake(
                        TestRepository.ORDER,
                        "  - property: erasureSubject\n    value: email\n",
                        "",
                        "25] erasure-subject: 'customProperties.erasureSubject' must be given, because a field is tagged"
                                + " PII, but was absent"),
                mistake(
                        TestRepository.ORDER,
                        "value: email\n",
                        "value: mail\n",
                        "37] erasure-subject: 'customProperties.erasureSubject' must name a field of"
                                + " schemas/sales/order.v1.avsc but was 'mail'"),
                mistake(
                        TestRepository.ORDER,
                        "name: shop",
                        "name: store",
                        "40] source: 'customProperties.source.name' must name a file in domains/sales/sources but was"
                                + " 'store'"),
                mistake(
                        TestRepository.ORDER,
                        "        email: email\n",
                        "",
                        "42] columns: " + columns + "name a column for every field but had none for 'email'"),
                mistake(
                        TestRepository.ORDER,
                        "        email: email\n",
                        "        email: email\n        mail: mail\n",
                        "46] columns: " + columns + "name fields of schemas/sales/order.v1.avsc but had 'mail'"),
                mistake(
                        TestRepository.ORDER,
                        "email: email\n        amount: amount",
                        "email: email\n        amount: email",
                        "46] columns: " + columns + "use a column once but 'amount' and 'email' share one"),
                mistake(
                        TestRepository.TOTAL,
                        "[sales.order]",
                        "[sales.orders]",
                        "39] input: 'customProperties.inputs' must name products that have a contract but had"
                                + " 'sales.orders'",
                        "44] derived-from: 'customProperties.derivedFrom' must name fields of 'inputs' but had"
                                + " 'sales.order.order_id'",
                        "45] derived-from: 'customProperties.derivedFrom' must name fields of 'inputs' but had"
                                + " 'sales.order.amount'"),
                mistake(
                        TestRepository.TOTAL,
                        "[sales.order]",
                        "[order]",
                        "39] input: a product must be named <domain>.<product> but was 'order'",
                        "44] derived-from: 'customProperties.derivedFrom' must name fields of 'inputs' but had"
                                + " 'sales.order.order_id'",
                        "45] derived-from: 'customProperties.derivedFrom' must name fields of 'inputs' but had"
                                + " 'sales.order.amount'"),
                mistake(
                        TestRepository.TOTAL,
                        "[sales.order]",
                        "[sales.order, sales.total]",
                        "39] cycle: 'customProperties.inputs' must not lead back to the product but was"
                                + " 'sales.total -> sales.total'"),
                mistake(
                        TestRepository.TOTAL,
                        "value: total.sql",
                        "value: sum.sql",
                        "41] reconcile-sql: 'customProperties.reconcileSql' must name a readable file,"
                                + " domains/sales/products/sum.sql, but: the file must be a regular file but was missing,"
                                + " a link or a folder"),
                mistake(
                        TestRepository.TOTAL,
                        "value: total.sql",
                        "value: ../total.sql",
                        "41] value: 'customProperties.reconcileSql' must match [a-z][a-z0-9-]{0,60}\\.sql but was"
                                + " '../total.sql'"),
                mistake(
                        TestRepository.TOTAL,
                        "  - property: topology\n    value: total\n",
                        "",
                        "25] origin: 'customProperties' must have either 'source' or 'topology' but had neither"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "\"name\": \"Order\"",
                        "\"name\": \"Orders\"",
                        "3] schema-name: 'name' must be 'Order' but was 'Orders'"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "test.sales",
                        "test.sale",
                        "4] schema-name: 'namespace' must end with '.sales' but was 'test.sale'"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "\"restricted\"",
                        "\"internal\"",
                        "8] pii: 'email' must be confidential or above, because it is tagged PII, but was 'internal'"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "\"restricted\"",
                        "\"secret\"",
                        "8] pii: 'email' must be confidential or above, because it is tagged PII, but was 'internal'",
                        "8] value: 'fields[2].classification' must be one of public, internal, confidential, restricted"
                                + " but was 'secret'"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "\"default\": null, ",
                        "",
                        "8] optional: 'email' must have the default null but had none"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "\"type\": \"int\"}",
                        "\"type\": \"int\", \"java-class\": \"x.Y\"}",
                        "7] unknown-key: 'fields[1].java-class' must be one of name, type, doc, default, aliases,"
                                + " classification, protection, approximate, confluent:tags but was given"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "\"type\": \"int\"}",
                        "\"type\": \"int\", \"protection\": \"tokenise\"}",
                        "7] protection: 'line' must be a string, because it is tokenised, but was int",
                        "7] protection: 'line' must not be tokenised, because it is part of the key, but was"),
                mistake(
                        TestRepository.ORDER_SCHEMA,
                        "\"classification\": \"restricted\"",
                        "\"classification\": \"restricted\", \"protection\": \"hash\"",
                        "8] value: 'fields[2].protection' must be one of clear, tokenise but was 'hash'"),
                mistake(
                        TestRepository.TOTAL_SCHEMA,
                        "{\"name\": \"order_id\"",
                        "{\"name\": \"note\", \"type\": \"string\", \"default\": \"x\", \"classification\": \"restricted\","
                                + " \"protection\": \"tokenise\"},"
                                + " {\"name\": \"order_id\"",
                        "6] protection: 'note' must have no default, because it is tokenised, but had one"),
                mistake(
                        TestRepository.TOTAL_SCHEMA,
                        "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 24, \"scale\": 2}",
                        "\"double\"",
                        "7] exact-number: 'amount' must be a decimal, or say \"approximate\": true, but was 'double'"),
                mistake(
                        TestRepository.TOTAL_SCHEMA,
                        "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 24, \"scale\": 2}",
                        "{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}",
                        "7] type: 'fields[1].type' must be boolean, int, long, bytes, string, decimal, date,"
                                + " timestamp-micros, an enum, or a record, an array or a map of them but was"
                                + " 'timestamp-millis'"),
                mistake(
                        TestRepository.TOTAL_SCHEMA,
                        "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 24, \"scale\": 2}",
                        "{\"type\": \"record\", \"name\": \"Sum\", \"fields\": [{\"name\": \"unit\", \"type\":"
                                + " [\"null\", \"string\"]}, {\"name\": \"weight\", \"type\": \"float\"}]}",
                        "7] exact-number: 'amount' must be a decimal, or say \"approximate\": true, but was 'float'",
                        "7] optional: 'unit' must have the default null but had none"),
                mistake(
                        TestRepository.TOTAL_SCHEMA,
                        "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 24, \"scale\": 2}",
                        "{\"type\": \"map\", \"values\": [\"string\", \"int\"]}",
                        "7] optional: 'fields[1].type.values' must be [\"null\", a type] but was another union"),
                mistake(
                        TestRepository.ORDER,
                        "  - property: erasureSubject",
                        "  - property: partitioning\n    value: [{field: line, transform: day}]\n  - property:"
                                + " erasureSubject",
                        "37] partitioning: 'customProperties.partitioning.transform' must be one of [identity, bucket,"
                                + " truncate] for a field of type int but was 'day'"),
                mistake(
                        TestRepository.ORDER,
                        "  - property: erasureSubject",
                        "  - property: partitioning\n    value:\n      - {field: lines, transform: identity}\n"
                                + "      - {field: line, transform: bucket}\n  - property: erasureSubject",
                        "38] partitioning: 'customProperties.partitioning.field' must name a field of"
                                + " schemas/sales/order.v1.avsc but was 'lines'",
                        "39] partitioning: 'customProperties.partitioning' must have a 'width' exactly where 'transform'"
                                + " is bucket or truncate but 'transform' was 'bucket'"),
                mistake(
                        TestRepository.ORDER,
                        "  - property: erasureSubject",
                        "  - property: sortOrder\n    value: [{field: email}, {field: amount, direction: up}]\n  -"
                                + " property: erasureSubject",
                        "37] sortOrder: 'customProperties.sortOrder.field' must name a field that is not tagged and"
                                + " below confidential, for file names and bounds tell its values, but was 'email'",
                        "37] value: 'customProperties.sortOrder[1].direction' must be one of asc, desc but was 'up'"));
    }

    private static Arguments mistake(String file, String from, String to, String... problems) {
        return Arguments.of(file, from, to, List.of(problems));
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @MethodSource("mistakes")
    void aMistakeIsNamedByFileLineRuleAndValue(String file, String from, String to, List<String> problems) {
        repository.change(file, from, to);

        List<String> expected = problems.stream().map(p -> "[" + file + ":" + p).toList();
        assertThat(repository.problems()).containsExactlyElementsOf(expected);
    }
}
