package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final long SEED = 20_261_101L;

    /** Domains that look alike: one begins as another, or differs in a separator. */
    private static final List<String> LOOK_ALIKES = List.of(
            "sales",
            "sales-eu",
            "sales-",
            "sales--eu",
            "sale",
            "s",
            "saleseu",
            "eu",
            "eu-sales",
            "sales-eu-1",
            "public",
            "state",
            "v1",
            "private",
            "internal");

    @Test
    void nothingOfOneDomainIsMatchedByAPrefixOfAnother() {
        List<String> parts = parts(new Random(SEED));
        Map<String, List<String>> names = new HashMap<>();
        parts.forEach(part -> names.put(part, namesOf(part, parts)));
        List<String> matched = new ArrayList<>();
        for (String mine : parts) {
            String application = Names.internalPrefix(Names.applicationId(mine, "total"));
            for (String other : parts) {
                if (!mine.equals(other)) {
                    names.getOrDefault(other, List.of()).stream()
                            .filter(name -> name.startsWith(mine + ".") || name.startsWith(application))
                            .forEach(matched::add);
                }
            }
        }

        assertThat(matched).as("seed %d", SEED).isEmpty();
    }

    /** Kafka Streams names end in changelog or repartition; a topology named like one of another must not match it. */
    @Test
    void anApplicationsPrefixMatchesNoTopicNoGroupAndNoOtherDomainsApplication() {
        List<String> parts = parts(new Random(SEED));
        List<TopicName> topics =
                parts.stream().flatMap(other -> topicsOf(other, "x").stream()).toList();
        for (String domain : parts) {
            String prefix = Names.internalPrefix(Names.applicationId(domain, "public"));
            assertThat(topics)
                    .as("seed %d", SEED)
                    .noneMatch(topic -> topic.toString().startsWith(prefix));
        }
    }

    @Test
    void differentTopicsHaveDifferentNamesTablesAndFoldedMetricNames() {
        List<String> parts = parts(new Random(SEED)).subList(0, 25);
        Map<String, TopicName> byName = new HashMap<>();
        Map<String, ProductName> byTable = new HashMap<>();
        Map<String, TopicName> byMetric = new HashMap<>();
        for (String domain : parts) {
            for (String product : parts) {
                ProductName name = new ProductName(domain, product);
                assertThat(byTable.put(name.namespace() + "." + name.latestTable(), name))
                        .isNull();
                assertThat(byTable.put(name.namespace() + "." + name.historyTable(), name))
                        .isNull();
                for (TopicName topic : topicsOf(domain, product)) {
                    assertThat(byName.put(topic.toString(), topic)).isNull();
                    assertThat(byMetric.put(topic.toString().replace('.', '_'), topic))
                            .isNull();
                }
            }
        }
    }

    @Test
    void aTopicsNameIsReadBack() {
        for (String domain : LOOK_ALIKES) {
            for (TopicName topic : topicsOf(domain, "sales-eu")) {
                assertThat(TopicName.parse(topic.toString())).isEqualTo(topic);
                assertThat(topic.toString()).hasSizeLessThanOrEqualTo(Names.MAX_LENGTH);
                assertThat(topic.subject()).isEqualTo(topic + "-value");
                assertThat(topic.rejected().productName()).isEqualTo(topic.productName());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "....",
                "sales",
                "sales.public.order.state",
                "sales.public.order.state.v1.",
                "sales.public.order.state.1",
                "sales.public.order.state.v0",
                "sales.public.order.state.v01",
                "sales.public.order.state.v10000",
                "sales.public.order.state.V1",
                "Sales.public.order.state.v1",
                "sales.Public.order.state.v1",
                "sales.public.Order.state.v1",
                "sales.public.order.status.v1",
                "sales.public..state.v1",
                "*.public.order.state.v1",
                "sales.*.order.state.v1",
                "../public.order.state.v1",
                "sales/x.public.order.state.v1",
                "sales_eu.public.order.state.v1",
                "sales eu.public.order.state.v1",
                "sàles.public.order.state.v1",
                "ѕales.public.order.state.v1",
                "sales\u0000.public.order.state.v1",
                "sales\n.public.order.state.v1",
                "__sales.public.order.state.v1",
                "1sales.public.order.state.v1",
                "-sales.public.order.state.v1",
                "sales%2e.public.order.state.v1",
                "sales.public.order.state.v1\n",
                " sales.public.order.state.v1"
            })
    void aNameOutsideTheGrammarIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> TopicName.parse(name));
    }

    @Test
    void aPartHasAtMost31Characters() {
        assertThat(Names.isPart("a".repeat(31))).isTrue();
        assertThat(Names.isPart("a".repeat(32))).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProductName("Sales", "order"))
                .withMessage("'domain' must match [a-z][a-z0-9-]{0,30} but was 'Sales'");
    }

    @Test
    void differentKeysHaveDifferentTexts() {
        Random random = new Random(SEED);
        Map<String, List<String>> seen = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            List<String> parts = List.of(wild(random), wild(random), wild(random));
            List<String> other = seen.put(Names.key(parts), parts);
            assertThat(other == null || other.equals(parts))
                    .as("seed %d: %s and %s", SEED, parts, other)
                    .isTrue();
        }
        assertThat(Names.key(List.of("a|b\\"))).isEqualTo("a|b\\");
        assertThat(Names.key(List.of("a|b", "c\\"))).isEqualTo("a\\|b|c\\\\");
    }

    private static String wild(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(4); n > 0; n--) {
            text.append("|\\a".charAt(random.nextInt(3)));
        }
        return text.toString();
    }

    private static List<String> parts(Random random) {
        List<String> parts = new ArrayList<>(LOOK_ALIKES);
        while (parts.size() < 60) {
            String base = parts.get(random.nextInt(parts.size()));
            String part = random.nextBoolean()
                    ? base + "-a0".charAt(random.nextInt(3))
                    : base.substring(0, 1 + random.nextInt(base.length()));
            if (Names.isPart(part) && !parts.contains(part)) {
                parts.add(part);
            }
        }
        return parts;
    }

    @Test
    void aSinksGroupIsNeverTheGroupOfADomainNorOfAnotherProduct() {
        assertThat(Names.sinkGroup(new ProductName("sales", "order"))).isEqualTo("mesh.sink.sales.order");
        assertThat(Names.sinkGroup(new ProductName("a", "b-c")))
                .isNotEqualTo(Names.sinkGroup(new ProductName("a-b", "c")));
        assertThat(Names.consumerGroup("mesh", "sink")).doesNotStartWith("mesh.sink.");
    }

    private static List<String> namesOf(String domain, List<String> parts) {
        List<String> names = new ArrayList<>();
        for (String part : parts.subList(0, 20)) {
            names.add(Names.consumerGroup(domain, part));
            names.add(Names.principal(domain, part));
            names.add(Names.transactionalId(domain, part, part));
            names.add(Names.internalPrefix(Names.applicationId(domain, part)) + "store-changelog");
            topicsOf(domain, part).subList(0, 4).forEach(topic -> names.add(topic.toString()));
        }
        return names;
    }

    private static List<TopicName> topicsOf(String domain, String product) {
        List<TopicName> topics = new ArrayList<>();
        for (TopicName.Visibility visibility : TopicName.Visibility.values()) {
            for (TopicName.Kind kind : TopicName.Kind.values()) {
                topics.add(new TopicName(domain, visibility, product, kind, 1));
                topics.add(new TopicName(domain, visibility, product, kind, 12));
            }
        }
        return topics;
    }

    @Test
    void principalsOfAgreementsAreNobodyElses() {
        assertThat(Names.userPrincipal("u-1")).isEqualTo("mesh.user.u-1");
        assertThat(Names.teamPrincipal("yard")).isEqualTo("mesh.team.yard");
        assertThat(Names.isAgreementPrincipal("mesh.user.u-1")).isTrue();
        assertThat(Names.isAgreementPrincipal("mesh.team.yard")).isTrue();
        for (String other : List.of("mesh.user", "mesh.user.", "mesh.user.a.b", "mesh.sink", "mesh.users.a", "a.cdc")) {
            assertThat(Names.isAgreementPrincipal(other)).as(other).isFalse();
        }
    }
}
