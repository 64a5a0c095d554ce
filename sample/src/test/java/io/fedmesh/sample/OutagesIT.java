package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.app.internal.process.Component;
import io.fedmesh.app.internal.process.Components;
import io.fedmesh.app.internal.process.Health;
import io.fedmesh.app.internal.process.Logging;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** What is wrong around the mesh's processes gives one message that says what to do, and loses nothing. On real parts. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutagesIT {
    private static final int ROWS = 200;
    private static final String CAPTURE = "projects.cdc/construction";
    private static final String SINK = "mesh.sink";
    private static final String NOT_LET_IN = "Authentication failed during authentication due to invalid credentials"
            + " with SASL mechanism SCRAM-SHA-512";
    private static final String WRONG = "a-wrong-secret";

    @TempDir
    private static Path folder;

    private static @Nullable SmallDisk bucket;
    private static @Nullable TestAbortedException noBucket;
    private static BareMesh mesh;
    private static HostedProcess sources;
    private static HostedProcess sink;

    @BeforeAll
    static void start() throws Exception {
        Logging.forCommand(false);
        try {
            bucket = SmallDisk.mount(folder.resolve("mesh").resolve("s3").resolve("data"), 128);
        } catch (TestAbortedException e) {
            noBucket = e;
        }
        mesh = BareMesh.start(folder.resolve("mesh"));
        sources = startSources();
        sink = startSink(mesh.config());
        sources.awaitRunning();
        sink.awaitRunning();
        mesh.commit(ROWS);
        mesh.assertReconciled();
    }

    @AfterAll
    static void end() throws Exception {
        if (mesh != null) {
            sink.close();
            sources.close();
            mesh.close();
        }
        if (bucket != null) {
            bucket.close();
        }
    }

    @Test
    @Order(1)
    void aWrongPasswordForTheDatabaseIsRefused() throws Exception {
        Path config =
                mesh.config("secret-source-construction-projects.cdc", mesh.secret("secret-wrong-database", WRONG));

        try (HostedProcess capture = mesh.run(config, components -> components.captures(List.of("projects")))) {
            assertThat(capture.awaitExit()).isEqualTo(1);
            assertThat(capture.health(CAPTURE))
                    .isEqualTo(new Health(
                            Health.State.FAILED,
                            "[projects.construction] the database must let capture's user in but refused: FATAL:"
                                    + " password authentication failed for user \"mesh_projects_cdc\"; check the user,"
                                    + " its password and pg_hba.conf, then start again"));
        }
    }

    @Test
    @Order(2)
    void aWrongPasswordForTheBrokersHoldsTheSink() throws Exception {
        Path config = mesh.config(
                "secret-kafka-mesh.sink",
                mesh.secret(
                        "secret-wrong-kafka",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"mesh.sink\""
                                + " password=\"" + WRONG + "\";"));

        try (HostedProcess second =
                mesh.run(mesh.withState(config, folder.resolve("second")), components -> List.of(components.sink()))) {
            second.awaitHolding(
                    SINK,
                    "financials.contractor, financials.cost-item, financials.invoice, financials.project-cost,"
                            + " portfolio.project-health, projects.project, projects.task:"
                            + " SaslAuthenticationException: " + NOT_LET_IN
                            + "; check the sink's user and password at the brokers");
        }
    }

    @Test
    @Order(3)
    void aWrongPasswordForTheBrokersHoldsTheCapture() throws Exception {
        Path config = mesh.config(
                "secret-kafka-projects.cdc",
                mesh.secret(
                        "secret-wrong-kafka",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"projects.cdc\""
                                + " password=\"" + WRONG + "\";"));

        try (HostedProcess second = mesh.run(config, components -> components.captures(List.of("projects")))) {
            second.awaitHolding(
                    CAPTURE,
                    "[projects.construction] the brokers must let capture's user in but refused: " + NOT_LET_IN
                            + "; check the user and its password");
        }
    }

    @Test
    @Order(4)
    void aGrantThatIsTakenFromTheSinkHoldsThatProductUntilItIsGivenBack() throws Exception {
        AclBinding read = allowed("mesh.sink", AclOperation.READ, "projects.public.project.state.v1");
        try (Admin operator = mesh.operator()) {
            operator.deleteAcls(List.of(read.toFilter())).all().get();
            mesh.commit(ROWS);

            sink.awaitHolding(
                    SINK,
                    "projects.project: TopicAuthorizationException: Not authorized to access topics:"
                            + " [projects.public.project.state.v1]; apply the contracts' grants: the sink then goes"
                            + " on by itself");

            operator.createAcls(List.of(read)).all().get();
        }
        sink.awaitRunning();
        mesh.assertReconciled();
    }

    @Test
    @Order(5)
    void aGrantThatIsTakenFromTheCaptureStopsItUntilItIsGivenBackAndItIsStartedAgain() throws Exception {
        AclBinding write = allowed("projects.cdc", AclOperation.WRITE, "projects.public.project.state.v1");
        try (Admin operator = mesh.operator()) {
            operator.deleteAcls(List.of(write.toFilter())).all().get();
            mesh.commit(ROWS);

            assertThat(sources.awaitExit()).isEqualTo(1);
            assertThat(sources.health(CAPTURE))
                    .isEqualTo(new Health(
                            Health.State.FAILED,
                            "[projects.construction] capture must be allowed to write to the products' topics but the"
                                    + " broker refused: Not authorized to access topics:"
                                    + " [projects.public.project.state.v1]; apply the contracts' grants and start"
                                    + " again"));

            operator.createAcls(List.of(write)).all().get();
        }
        sources = startSources().awaitRunning();
        mesh.assertReconciled();
    }

    @Test
    @Order(6)
    void aRegistryThatIsKilledHoldsWhoMustAskItAndNothingIsRejected() throws Exception {
        sink.close();
        mesh.killRegistry();
        mesh.commit(ROWS);
        sink = startSink(mesh.config());

        sink.awaitHolding(
                SINK,
                held(
                        "RegistryUnavailableException: \\[registry\\] GET /schemas/ids/\\d+/versions must be answered but 5"
                                + " attempts failed, the last with: ConnectException"));

        mesh.restartRegistry();
        sink.awaitRunning();
        mesh.assertReconciled();
        assertThat(sink.details(SINK).toString()).contains("rejected=0").doesNotContainPattern("rejected=[1-9]");
    }

    @Test
    @Order(7)
    void aColumnThatIsRenamedOrRetypedIsRefusedAtStartWhileOthersRun() throws Exception {
        sources.close();
        sources = mesh.run(mesh.config(), components -> components.captures(List.of("financials")));
        mesh.sql("alter table projects.task rename column due_date to due;"
                + " alter table projects.task alter column updated_at type timestamp");

        try (HostedProcess capture = mesh.run(mesh.config(), components -> components.captures(List.of("projects")))) {
            assertThat(capture.awaitExit()).isEqualTo(1);
            assertThat(capture.health(CAPTURE))
                    .isEqualTo(new Health(
                            Health.State.FAILED,
                            "[projects.construction] the column projects.task.due_date must exist, because"
                                    + " projects.task fills the field 'due_date' from it, but it does not; the column"
                                    + " projects.task.updated_at must have a type that fills an Avro long of"
                                    + " timestamp-micros but has timestamp"));
            sources.awaitRunning();
        }
        sources.close();

        mesh.sql("alter table projects.task rename column due to due_date;"
                + " alter table projects.task alter column updated_at type timestamptz");
        sources = startSources().awaitRunning();
        mesh.commit(ROWS);
        mesh.assertReconciled();
    }

    @Test
    @Order(8)
    void aFullDiskUnderTheKeyIndexHoldsTheSinkUntilThereIsSpace() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("state"), 64)) {
            sink.close();
            disk.fill();
            sink = startSink(mesh.withState(mesh.config(), disk.folder()));
            mesh.commit(ROWS);

            sink.awaitHolding(
                    SINK,
                    held("\\[" + Pattern.quote(disk.folder() + "/sink/") + "[a-z.-]+\\] the key index must be writable"
                            + " by this process alone but was not; is the disk full\\? \\(RocksDBException: While"
                            + " [a-z ]+: \\S+: No space left on device\\)"));

            disk.empty();
            sink.awaitRunning();
            mesh.assertReconciled();
            sink.close();
        }
        sink = startSink(mesh.config()).awaitRunning();
    }

    @Test
    @Order(9)
    void aFullDiskUnderTheBucketHoldsTheSinkUntilThereIsSpace() throws Exception {
        SmallDisk disk = bucket;
        if (disk == null) {
            throw Objects.requireNonNull(noBucket);
        }
        disk.fill();
        mesh.commit(ROWS);

        sink.awaitHolding(
                SINK,
                held("S3Exception: An internal error occurred\\. Try again\\. \\(Service: S3, Status Code: 500, Request"
                        + " ID: \\w+\\) \\(SDK Attempt Count: \\d+\\)"));

        disk.empty();
        sink.awaitRunning();
        mesh.assertReconciled();
    }

    /** One or more products, each with its cause. */
    private static Pattern held(String cause) {
        String one = "[a-z-]+\\.[a-z-]+(, [a-z-]+\\.[a-z-]+)*: " + cause;
        return Pattern.compile(one + "(; " + one + ")*");
    }

    private static HostedProcess startSources() throws Exception {
        return mesh.run(mesh.config(), OutagesIT::sources);
    }

    private static List<Component> sources(Components components) {
        List<Component> all = new ArrayList<>(components.captures(List.of()));
        all.addAll(components.streams(List.of("financials", "portfolio")));
        return all;
    }

    private static HostedProcess startSink(Path config) throws Exception {
        return mesh.run(config, components -> List.of(components.sink()));
    }

    private static AclBinding allowed(String principal, AclOperation operation, String topic) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + principal, "*", operation, AclPermissionType.ALLOW));
    }
}
