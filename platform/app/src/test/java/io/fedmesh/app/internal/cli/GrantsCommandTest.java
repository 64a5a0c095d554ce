package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.access.ResultFormat;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what: by contracts, and by what the mesh that is asked says of agreements. */
class GrantsCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

    @TempDir
    private Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void aRepository() throws Exception {
        Yard.in(root);
    }

    @Test
    void aLiveAgreementsGrantsAreListedWithItsEnd() throws Exception {
        grants(whole(), NOW, null);

        assertThat(out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("mesh.user.")))
                .containsExactly(
                        "mesh.user.u-ada,read describe,topic,literal,yard.protected.crate.state.v1,a-weight,2026-12-27T00:00:00Z",
                        "mesh.user.u-ada,read describe,group,literal,mesh.user.u-ada,a-weight,2026-12-27T00:00:00Z");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("yard.cdc,read write describe,topic,literal,");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatIsOverGivesNothing() throws Exception {
        grants(whole(), NOW.plus(Duration.ofDays(31)), null);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .doesNotContain("mesh.user.")
                .contains("yard.cdc");
    }

    @Test
    void anAgreementAboutSomeFieldsGivesNoTopic() throws Exception {
        grants(Agreed.of(root, NOW, "weight"), NOW, null);

        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("mesh.user.");
    }

    @Test
    void whereNoMeshIsAskedTheAnswerSaysSo() {
        grants(null, NOW, null);

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("yard.cdc");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("mesh: no mesh was asked, so what agreements give is not among the grants\n");
    }

    @Test
    void anAgreementsPolicyEndsWithIt() throws Exception {
        grants(whole(), NOW, "arn:aws-us-gov:kafka:us-gov-west-1:111122223333:cluster/mesh/0a1b-2");

        JsonNode ada = null;
        for (JsonNode policy : new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8))) {
            ada = policy.get("principal").textValue().equals("mesh.user.u-ada") ? policy : ada;
        }
        List<JsonNode> statements = new java.util.ArrayList<>();
        java.util.Objects.requireNonNull(ada).get("document").get("Statement").forEach(statements::add);
        assertThat(statements.get(0).get("Action").get(0).textValue()).isEqualTo("kafka-cluster:Connect");
        assertThat(statements.subList(1, statements.size()))
                .hasSize(2)
                .allSatisfy(statement -> assertThat(statement
                                .get("Condition")
                                .get("DateLessThan")
                                .get("aws:CurrentTime")
                                .textValue())
                        .isEqualTo("2026-12-27T00:00:00Z"));
    }

    private GovernanceImage whole() throws Exception {
        return Agreed.of(root, NOW, "id", "label", "weight", "berth");
    }

    private void grants(@Nullable GovernanceImage image, Instant now, @Nullable String cluster) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        GrantsCommand command = new GrantsCommand(
                new Surroundings(console, Map.of(), root), () -> now, options -> Optional.ofNullable(image));
        command.output.format = ResultFormat.CSV;
        command.cluster = cluster;
        assertThat(command.call()).isZero();
    }
}
