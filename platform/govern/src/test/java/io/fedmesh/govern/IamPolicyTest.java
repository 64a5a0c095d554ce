package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IamPolicyTest {
    private static final String ARN = "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:cluster/mesh/0a1b-2";
    private static final IamPolicy.Cluster CLUSTER = IamPolicy.Cluster.parse(ARN);

    @Test
    void aPolicyHoldsWhatTheGrantsOfOnePrincipalAllow() {
        List<IamPolicy> policies = IamPolicy.of(
                List.of(
                        new Grant(
                                "yard.cdc",
                                Set.of(Grant.Operation.WRITE),
                                Grant.Resource.TOPIC,
                                "yard.public.crate.state.v1",
                                Grant.Match.LITERAL),
                        new Grant(
                                "harbour.stream",
                                Set.of(Grant.Operation.WRITE),
                                Grant.Resource.TRANSACTIONAL_ID,
                                "harbour.loading-",
                                Grant.Match.PREFIX)),
                CLUSTER);

        String topic = "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:topic/mesh/0a1b-2/yard.public.crate.state.v1";
        String id = "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:transactional-id/mesh/0a1b-2/harbour.loading-*";
        assertThat(policies)
                .containsExactly(
                        new IamPolicy(
                                "harbour.stream",
                                1,
                                document(
                                        statement(ARN, "Connect"),
                                        statement(id, "AlterTransactionalId", "DescribeTransactionalId"))),
                        new IamPolicy(
                                "yard.cdc",
                                1,
                                document(
                                        statement(ARN, "Connect", "WriteDataIdempotently"),
                                        statement(topic, "DescribeTopic", "WriteData"))));
    }

    @Test
    void whatEndsWithAnAgreementEndsInThePolicyItself() {
        Grant reads = new Grant(
                "mesh.user.u-ada",
                Set.of(Grant.Operation.READ),
                Grant.Resource.TOPIC,
                "yard.public.crate.state.v1",
                Grant.Match.LITERAL);
        Instant until = Instant.parse("2026-12-27T00:00:00Z");

        List<IamPolicy> policies = IamPolicy.ofLasting(
                List.of(
                        new IamPolicy.Lasting(reads, until),
                        new IamPolicy.Lasting(reads, until),
                        new IamPolicy.Lasting(reads, until.plusSeconds(1))),
                CLUSTER);

        String topic = "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:topic/mesh/0a1b-2/yard.public.crate.state.v1";
        String statement = statement(topic, "DescribeTopic", "ReadData");
        String open = statement.substring(0, statement.length() - 1);
        assertThat(policies)
                .as("two agreements give the same, each until its own end")
                .containsExactly(
                        new IamPolicy(
                                "mesh.user.u-ada",
                                1,
                                document(
                                        statement(ARN, "Connect"),
                                        open
                                                + ",\"Condition\":{\"DateLessThan\":{\"aws:CurrentTime\":\"2026-12-27T00:00:00Z\"}}}",
                                        open
                                                + ",\"Condition\":{\"DateLessThan\":{\"aws:CurrentTime\":\"2026-12-27T00:00:01Z\"}}}")));
    }

    @Test
    void aPrincipalWithManyGrantsHasPoliciesThatEachFitAndTogetherHoldAll() throws Exception {
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            grants.add(new Grant(
                    "mesh.sink",
                    Set.of(i % 3 == 0 ? Grant.Operation.WRITE : Grant.Operation.READ),
                    Grant.Resource.TOPIC,
                    "yard.public.crate-" + i + ".state.v1",
                    Grant.Match.LITERAL));
        }

        List<IamPolicy> policies = IamPolicy.of(grants, CLUSTER);

        Set<String> resources = new TreeSet<>();
        for (IamPolicy policy : policies) {
            assertThat(policy.document()).hasSizeLessThanOrEqualTo(IamPolicy.MAX_DOCUMENT_CHARS);
            JsonNode document = new ObjectMapper().readTree(policy.document());
            document.path("Statement").forEach(s -> s.path("Resource").forEach(r -> resources.add(r.asText())));
        }
        assertThat(policies).hasSizeBetween(5, 8);
        assertThat(policies).extracting(IamPolicy::part).startsWith(1, 2, 3);
        assertThat(resources).hasSize(301);
    }

    @Test
    void everyGrantOfTheContractsHasItsPolicy() throws Exception {
        DesiredState state = DesiredState.of(Fixtures.contracts(), new ProvisioningSettings((short) 3, 2));

        List<IamPolicy> policies = IamPolicy.of(state.grants(), CLUSTER);

        assertThat(policies).extracting(IamPolicy::principal).containsExactlyElementsOf(state.principals());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:kafka:us-east-1:111122223333:cluster/mesh/0a1b-2",
                "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:cluster/*/0a1b-2",
                "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:topic/mesh/0a1b-2",
                "arn:aws-us-gov:kafka:us-gov-west-1:1:cluster/mesh/0a1b-2",
                "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:cluster/mesh/0a1b-2\n",
                ""
            })
    void aClusterOutsideTheGovernmentsPartitionOrWithAWildcardIsRefused(String arn) {
        assertThatThrownBy(() -> IamPolicy.Cluster.parse(arn))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a cluster's ARN must match ");
    }

    @Test
    void anOperationThatTheResourceDoesNotHaveIsRefused() {
        Grant grant =
                new Grant("yard.cdc", Set.of(Grant.Operation.CREATE), Grant.Resource.GROUP, "g", Grant.Match.LITERAL);

        assertThatThrownBy(() -> IamPolicy.of(List.of(grant), CLUSTER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an operation on a GROUP must be one that IAM has but was CREATE");
    }

    private static String document(String... statements) {
        return "{\"Version\":\"2012-10-17\",\"Statement\":[" + String.join(",", statements) + "]}";
    }

    private static String statement(String resource, String... actions) {
        return "{\"Effect\":\"Allow\",\"Action\":[\"kafka-cluster:" + String.join("\",\"kafka-cluster:", actions)
                + "\"],\"Resource\":[\"" + resource + "\"]}";
    }
}
