package io.fedmesh.sample;

import static io.fedmesh.sample.OutageRig.held;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fedmesh.app.internal.process.Health;
import io.fedmesh.app.internal.process.Logging;
import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.ProvisioningException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong around the mesh's processes gives one message that says what to do, and loses nothing. On real parts. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutagesIT {
    private static final int ROWS = 200;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CAPTURE = "projects.cdc/construction";
    private static final String COSTS = "financials.stream";
    private static final String HEALTH = "portfolio.stream";
    private static final String SINK = "mesh.sink";
    private static final String NOT_LET_IN = "Authentication failed during authentication due to invalid credentials"
            + " with SASL mechanism SCRAM-SHA-512";

    @TempDir
    private static Path folder;

    private static OutageRig rig;
    private static BareMesh mesh;

    @BeforeAll
    static void start() throws Exception {
        Logging.forCommand(false);
        rig = new OutageRig(folder);
        mesh = rig.mesh;
        rig.sources.awaitRunning();
        rig.sink.awaitRunning();
        mesh.commit(ROWS);
        mesh.assertReconciled();
    }

    @AfterAll
    static void end() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    @Order(1)
    void aWrongPasswordForADatabaseHolds() throws Exception {
        Path config = mesh.config(
                "secret-source-construction-projects.cdc", mesh.secret("secret-wrong-database", OutageRig.WRONG));

        Path catalog = mesh.config("secret-catalog", mesh.secret("secret-wrong-catalog", OutageRig.WRONG));

        try (HostedProcess capture = mesh.run(config, components -> components.captures(List.of("projects")));
                HostedProcess upkeep = mesh.run(catalog, components -> List.of(components.upkeep()))) {
            capture.awaitHolding(
                    CAPTURE,
                    "[projects.construction] the database must let capture's user in but refused: FATAL:"
                            + " password authentication failed for user \"mesh_projects_cdc\"; check the user,"
                            + " its password and pg_hba.conf");
            upkeep.awaitHolding(
                    "mesh.upkeep",
                    Pattern.compile(
                            "lake: \\[lake\\.catalog\\] jdbc:postgresql://\\S+ must let user '\\w+' in but refused"
                                    + " \\(SQLSTATE 28P01\\); check the user and its password"));
        }
    }

    @Test
    @Order(2)
    void aWrongPasswordForTheBrokersHoldsEverybody() throws Exception {
        Path second = folder.resolve("second");
        Path sinks = mesh.withState(rig.withWrongPassword(SINK), second);
        Path captures = rig.withWrongPassword("projects.cdc");
        Path streams = mesh.withState(rig.withWrongPassword(COSTS), second);

        try (HostedProcess sink = mesh.run(sinks, components -> List.of(components.sink()));
                HostedProcess capture = mesh.run(captures, components -> components.captures(List.of("projects")));
                HostedProcess topology = mesh.run(streams, components -> components.streams(List.of("financials")))) {
            sink.awaitHolding(
                    SINK,
                    "financials.contractor, financials.cost-item, financials.invoice, financials.project-cost,"
                            + " portfolio.project-health, projects.project, projects.task:"
                            + " SaslAuthenticationException: " + NOT_LET_IN
                            + "; check the sink's user and password at the brokers");
            capture.awaitHolding(
                    CAPTURE,
                    "[projects.construction] the brokers must let capture's user in but refused: " + NOT_LET_IN
                            + "; check the user and its password");
            topology.awaitHolding(
                    COSTS,
                    "financials.project-cost: SaslAuthenticationException: " + NOT_LET_IN
                            + "; check the topology's user and password at the brokers");
        }
    }

    @Test
    @Order(3)
    void aGrantThatIsTakenHoldsWhoNeedsItUntilItIsGivenBack() throws Exception {
        String tasks = "projects.protected.task.state.v1";
        String invoices = "financials.protected.invoice.state.v1";
        String health = "portfolio.public.project-health.derived.v1";
        String internal = "financials.project-cost-";
        // First the last of the chain, which is refused only what reaches it.
        Collection<AclBinding> output = rig.take(HEALTH, AclOperation.WRITE, PatternType.LITERAL, health);
        mesh.commit(ROWS);
        rig.sources.awaitHolding(HEALTH, topologyHeld("portfolio.project-health", Pattern.quote(health)));

        Collection<AclBinding> capture = rig.take("projects.cdc", AclOperation.WRITE, PatternType.LITERAL, tasks);
        Collection<AclBinding> sink = rig.take(SINK, AclOperation.READ, PatternType.LITERAL, tasks);
        Collection<AclBinding> input = rig.take(COSTS, AclOperation.READ, PatternType.LITERAL, invoices);
        mesh.commit(ROWS);
        rig.sources.awaitHolding(
                CAPTURE,
                "[projects.construction] capture must be allowed to write to the products' topics but the broker"
                        + " refused: Not authorized to access topics: [" + tasks
                        + "]; apply the contracts' grants: the capture then goes on by itself");
        rig.sink.awaitHolding(
                SINK,
                "projects.task: TopicAuthorizationException: Not authorized to access topics: [" + tasks
                        + "]; apply the contracts' grants: the sink then goes on by itself");
        rig.sources.awaitHolding(COSTS, topologyHeld("financials.project-cost", Pattern.quote(invoices)));

        rig.giveBack(capture);
        rig.giveBack(sink);
        rig.giveBack(output);
        Collection<AclBinding> own = rig.take(COSTS, AclOperation.WRITE, PatternType.PREFIXED, internal);
        rig.giveBack(input);
        rig.sources.awaitHolding(
                COSTS, topologyHeld("financials.project-cost", internal + "[a-z-]+-(changelog|repartition)"));

        rig.giveBack(own);
        rig.sources.awaitRunning();
        rig.sink.awaitRunning();
        mesh.assertReconciled();
    }

    @Test
    @Order(4)
    void aRegistryThatIsDownAtTheStartHoldsWhoMustAskItAndNothingIsRejected() throws Exception {
        rig.sink.close();
        rig.sources.close();
        try (HostedProcess captures = mesh.run(mesh.config(), components -> components.captures(List.of()))) {
            captures.awaitRunning();
            mesh.commit(ROWS);
            captures.awaitDetails("financials.cdc/construction", Pattern.compile("financials\\.cost-item=[1-9]"));
        }
        mesh.killRegistry();
        mesh.commit(ROWS);
        rig.startSources();
        rig.startSink();

        String away = "must be answered but 5 attempts failed, the last with: ConnectException";
        rig.sources.awaitHolding(
                CAPTURE,
                Pattern.compile("\\[projects\\.construction\\] the registry is away: \\[registry\\] POST /subjects/"
                        + "projects\\.[a-z.]+\\.state\\.v1-value " + away));
        rig.sink.awaitHolding(
                SINK, held("RegistryUnavailableException: \\[registry\\] GET /schemas/ids/\\d+/versions " + away));
        rig.sources.awaitHolding(
                COSTS,
                Pattern.compile("financials\\.project-cost: RegistryUnavailableException: \\[registry\\]"
                        + " (GET /schemas/ids/\\d+/versions|POST /subjects/[a-z.-]+) " + away));

        mesh.restartRegistry();
        rig.sources.awaitRunning();
        rig.sink.awaitRunning();
        mesh.assertReconciled();
        assertThat(rig.sink.details(SINK).toString()).contains("rejected=0").doesNotContainPattern("rejected=[1-9]");
    }

    @Test
    @Order(5)
    void aSchemaThatBreaksReadersIsNotAppliedAndNotCaptured() throws Exception {
        Contracts changed = RepositoryCopy.in(folder.resolve("refused"))
                .with(
                        "schemas/projects/task.v1.avsc",
                        "{\"name\": \"priority\", \"type\": \"int\"",
                        "{\"name\": \"priority\", \"type\": \"string\"")
                .contracts();

        assertThatThrownBy(() -> mesh.apply(changed))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageStartingWith("[domains/projects/products/task.odcs.yaml:1] breaking-change:"
                        + " projects.task.priority must stay as it was published, for whoever reads it, but type"
                        + " changed: was int and is string");
        try (HostedProcess capture =
                mesh.run(mesh.config(), changed, components -> components.captures(List.of("projects")))) {
            assertThat(capture.awaitExit()).isEqualTo(1);
            assertThat(capture.health(CAPTURE))
                    .isEqualTo(new Health(
                            Health.State.FAILED,
                            "[projects.construction] the column projects.task.priority must have a type that fills an"
                                    + " Avro string but has int4"));
        }
        mesh.commit(ROWS);
        rig.sources.awaitRunning();
        mesh.assertReconciled();
    }

    @Test
    @Order(6)
    void aColumnTypeThatTheTablesCannotTakeStopsThatProductAloneUntilTheContractIsMended() throws Exception {
        Contracts changed = RepositoryCopy.in(folder.resolve("untaken"))
                .with(
                        "schemas/projects/task.v1.avsc",
                        "{\"name\": \"title\", \"type\": \"string\"",
                        "{\"name\": \"title\", \"type\": \"bytes\"")
                .contracts();
        rig.sink.close();
        rig.sink = mesh.run(mesh.config(), changed, components -> List.of(components.sink()));
        mesh.commit(ROWS);

        rig.sink.awaitHolding(
                SINK,
                "projects.task: TableRefusedException: [mesh.projects.task_history] column 'title' must stay or widen but"
                        + " would change from string to binary: publish a new major version of the product");
        rig.sink.close();
        rig.startSink().awaitRunning();
        mesh.assertReconciled();
    }

    @Test
    @Order(7)
    void aColumnThatIsRenamedOrRetypedIsRefusedAtStartWhileOthersRun() throws Exception {
        rig.sources.close();
        rig.sources = mesh.run(mesh.config(), components -> components.captures(List.of("financials")));
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
            rig.sources.awaitRunning();
        }
        rig.sources.close();

        mesh.sql("alter table projects.task rename column due to due_date;"
                + " alter table projects.task alter column updated_at type timestamptz");
        rig.startSources().awaitRunning();
        mesh.commit(ROWS);
        mesh.assertReconciled();
    }

    @Test
    @Order(8)
    void aFullDiskUnderTheKeyIndexHoldsTheSinkUntilThereIsSpace() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("state"), 64)) {
            rig.sink.close();
            Path config = mesh.withState(mesh.config(), disk.folder());
            disk.fill();
            rig.startSink(config)
                    .awaitHolding(
                            SINK,
                            "[" + disk.folder() + "/sink] the sink's folder must be writable but was not; is the disk"
                                    + " full?");
            rig.sink.close();
            // the sink ran here before
            disk.empty();
            Path sinks = Files.createDirectories(disk.folder().resolve("sink"));
            Files.writeString(sinks.resolve("instance"), "00112233445566778899aabbccddeeff");
            disk.fill();
            rig.startSink(config);
            mesh.commit(ROWS);

            rig.sink.awaitHolding(
                    SINK,
                    held("\\[" + Pattern.quote(disk.folder() + "/sink/")
                            + "[a-z.-]+/\\d+\\] the key index must be writable"
                            + " by this process alone but was not; is the disk full\\? \\(RocksDBException: While"
                            + " [a-z ]+: \\S+: No space left on device\\)"));

            disk.empty();
            rig.sink.awaitRunning();
            mesh.assertReconciled();
            rig.sink.close();
        }
        rig.startSink().awaitRunning();
    }

    @Test
    @Order(9)
    void aFullDiskUnderTheBucketHoldsTheSinkUntilThereIsSpace() throws Exception {
        SmallDisk disk = rig.bucket();
        disk.fill();
        mesh.commit(ROWS);

        rig.sink.awaitHolding(
                SINK,
                held("S3Exception: An internal error occurred\\. Try again\\. \\(Service: S3, Status Code: 500, Request"
                        + " ID: \\w+\\) \\(SDK Attempt Count: \\d+\\); the object store answered 500: is its disk full or"
                        + " its service down\\?"));

        disk.empty();
        rig.sink.awaitRunning();
        mesh.assertReconciled();
    }

    /** The last one: a table follows the newest version of its contract for ever. */
    @Test
    @Order(10)
    void aProductWhoseRowsBreakARuleIsWrittenAndReadersKeepWhatWasPublished() throws Exception {
        Contracts audited = RepositoryCopy.in(folder.resolve("audited"))
                .with("domains/financials/products/contractor.odcs.yaml", "version: 1.0.0", "version: 1.1.0")
                .with(
                        "domains/financials/products/contractor.odcs.yaml",
                        "logicalType: object\n",
                        "logicalType: object\n    properties:\n      - name: legal_name\n        quality:\n"
                                + "          - {metric: missingValues, arguments: {missingValues: ['']}, mustBe: 0}\n")
                .with(
                        "domains/financials/products/contractor.odcs.yaml",
                        "customProperties:\n",
                        "customProperties:\n  - {property: writeAuditPublish, value: true}\n")
                .contracts();
        rig.sink.close();
        rig.sink = mesh.run(mesh.config(), audited, components -> List.of(components.sink()));
        rename("min", "right");
        rig.sink.awaitRunning();
        await().atMost(SOON).untilAsserted(() -> assertThat(shown("right", "")).isEqualTo("1 0"));

        rename("max", "");
        rename("min", "right as well");
        rig.sink.awaitSaying(
                SINK,
                Pattern.compile("financials\\.contractor is not published: '.*legal_name.*' mustBe 0 but 1 of \\d+ rows"
                        + " were counted"));
        assertThat(shown("right", "")).isEqualTo("1 0");
        assertThat(shown("right as well", "")).isEqualTo("0 0");

        rename("max", "mended");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(shown("right as well", "mended")).isEqualTo("1 1"));
        assertThat(shown("right", "")).isEqualTo("0 0");
        assertThat(rig.sink.health(SINK)).isEqualTo(Health.of(Health.State.RUNNING));
    }

    /** Gives the first or the last contractor another name. */
    private static void rename(String which, String name) throws Exception {
        mesh.sql(
                "update financials.contractor set legal_name = '" + name + "', updated_at = now() where contractor_id ="
                        + " (select " + which + "(contractor_id) from financials.contractor)");
    }

    /** How many contractors of either name readers see. */
    private static String shown(String one, String other) {
        return mesh.answer("select count(*) filter (where legal_name = '" + one + "') || ' ' ||"
                + " count(*) filter (where legal_name = '" + other + "') from financials.contractor_latest");
    }

    private static Pattern topologyHeld(String topology, String topic) {
        return Pattern.compile(Pattern.quote(topology)
                + ": TopicAuthorizationException: Not authorized to access topics: \\[" + topic
                + "\\]; apply the contracts' grants: the topology then goes on by itself");
    }
}
