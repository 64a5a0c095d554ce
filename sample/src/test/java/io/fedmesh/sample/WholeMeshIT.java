package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.localmesh.RunState;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.local.SampleStory;
import io.fedmesh.local.internal.JvmStart;
import io.fedmesh.wire.RegistryConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The way of the data from a commit in PostgreSQL to an answer, on real parts. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeMeshIT {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));
    private static final int ROWS = 4_000;
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static RunningMesh mesh;

    @BeforeAll
    static void playTheStory() throws Exception {
        System.setProperty(
                JvmStart.RECORD,
                Files.createDirectory(folder.resolve("classes")).toString());
        mesh = RunningMesh.start(folder.resolve("mesh"), false);
        try (SampleStory.Workload workload = mesh.play(ROWS, 7)) {
            workload.await();
            assertThat(workload.committedRows()).isGreaterThanOrEqualTo(ROWS / 2);
        }
    }

    @AfterAll
    static void end() throws Exception {
        System.clearProperty(JvmStart.RECORD);
        mesh.close();
    }

    @Test
    @Order(1)
    void everyTableEqualsItsSource() {
        mesh.assertReconciled();
    }

    @Test
    @Order(2)
    void aQueryAcrossDomainsIsAnswered() throws Exception {
        RunningMesh.Answer answer = mesh.command("query", "-o", "json", new ConstructionStory().demoQuery());

        assertThat(answer.exit()).as(answer.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(answer.out());
        assertThat(json.path("columns").get(0).asText()).isEqualTo("agency");
        assertThat(json.path("rows")).isNotEmpty();
    }

    @Test
    @Order(3)
    void statusTellsEveryComponentAndProduct() throws Exception {
        RunningMesh.Answer answer = mesh.command("status", "-o", "json");

        JsonNode status = new ObjectMapper().readTree(answer.out());
        assertThat(answer.exit()).as(answer.out()).isZero();
        assertThat(status.path("phase").asText()).isEqualTo("ready");
        assertThat(status.path("components").findValuesAsText("component"))
                .contains(
                        "postgres",
                        "kafka",
                        "registry",
                        "s3",
                        "mesh.sink",
                        "mesh.upkeep",
                        "mesh.audit-copy",
                        "mesh.governor",
                        "financials.stream",
                        "portfolio.stream");
        assertThat(status.path("components").findValuesAsText("state")).containsOnly("running");
        assertThat(status.path("products")).hasSize(7);
    }

    @Test
    @Order(3)
    void whatTheContractsAskForStandsAndWhatDriftedIsSetBackByTheAgreedPlanAlone() throws Exception {
        RunningMesh.Answer none = mesh.command("plan");
        assertThat(none.exit()).as(none.out() + none.err()).isZero();
        assertThat(none.out()).isEqualTo("nothing to change\n");
        String topic = "projects.protected.task.state.v1";
        String plan = folder.resolve("plan.json").toString();
        try (DriftWatch watch = new DriftWatch(mesh, folder.resolve("drift.log"))) {
            watch.awaitTopicChanges(0);
            Connections connections =
                    new Connections(ConfigFile.read(mesh.home().config()), Map.of());
            try (Admin admin =
                    Admin.create(connections.kafka(DesiredState.OPERATOR).properties("test"))) {
                admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
            }
            watch.awaitTopicChanges(1);
            assertThat(watch.said("drift begins", "name")).contains(topic);
            assertThat(watch.said("drift begins", "attribute")).contains("cleanup.policy");
            assertThat(watch.said("drift ends", "name")).isEmpty();
            assertThat(mesh.command("drift").exit()).isEqualTo(2);
            RunningMesh.Answer planned = mesh.command("plan", "--out", plan);
            assertThat(planned.exit()).isEqualTo(2);
            assertThat(planned.out())
                    .isEqualTo("~ topic " + topic
                            + "  cleanup.policy: delete -> compact\n0 to add, 1 to change, 0 to remove\n");

            RunningMesh.Answer refused = mesh.command("apply", plan, "--as", "ivan");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).isEqualTo("mesh: [u-9002] who may apply must be operator but u-9002 is not\n");

            RunningMesh.Answer applied = mesh.command("apply", plan, "--as", "hana");

            assertThat(applied.exit()).as(applied.err()).isZero();
            assertThat(mesh.command("drift").exit()).isZero();
            watch.awaitTopicChanges(0);
            assertThat(watch.said("drift ends", "name")).contains(topic);
        }
        RunningMesh.Answer again = mesh.command("apply", plan);
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("what stands must be what the plan was made from but has moved since");
    }

    @Test
    @Order(4)
    void whatBreaksWhoeverReadsWhatIsPublishedIsRefusedByPlanAndApply() throws Exception {
        Path root = copyOfTheRepository("broken");
        edit(root.resolve("schemas/projects/task.v1.avsc"), "(?m)^.*\"name\": \"notes\".*\n", "");
        edit(root.resolve("domains/projects/products/task.odcs.yaml"), "(?m)^ +notes: notes\n", "");
        String refusal =
                "[domains/projects/products/task.odcs.yaml:1] breaking-change: projects.task.notes must stay as it was"
                        + " published, for whoever reads it, but field gone: was optional string and is no more; ";

        RunningMesh.Answer plan = mesh.commandOn(root, "plan");
        assertThat(plan.exit()).as(plan.err()).isEqualTo(1);
        assertThat(plan.out()).contains("! " + refusal);
        RunningMesh.Answer apply = mesh.commandOn(root, "apply");
        assertThat(apply.exit()).isEqualTo(1);
        assertThat(apply.err()).startsWith("mesh: " + refusal);
        assertThat(mesh.command("plan").out()).isEqualTo("nothing to change\n");
    }

    @Test
    @Order(4)
    void whoIsNewIsAUserOfTheBrokersWithTheNextApply() throws Exception {
        Path root = copyOfTheRepository("grown");
        edit(root.resolve("people.yaml"), "(?m)^people:\n", "people:\n  - {subject: u-4002, aliases: [nora]}\n");
        assertThat(mesh.commandOn(root, "plan").out())
                .contains("+ user mesh.user.u-4002\n", "+ directory person u-4002 ", "2 to add, 0 to change");

        RunningMesh.Answer applied = mesh.commandOn(root, "apply");

        assertThat(applied.exit()).as(applied.err()).isZero();
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(mesh.home().consumer("mesh.user.u-4002"))) {
            properties.load(file);
        }
        try (Admin admin = Admin.create(properties)) {
            assertThat(admin.listTopics().names().get())
                    .as("it is let in, and may see nothing")
                    .isEmpty();
        }
        assertThat(mesh.home().tokens().resolve("u-4002.token")).exists();
        assertThat(mesh.command("apply").exit()).isZero();
    }

    private static Path copyOfTheRepository(String name) throws IOException {
        Path copy = folder.resolve(name);
        for (String part : List.of("domains", "schemas", "people.yaml")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(part))) {
                for (Path file : files.filter(path -> !path.toString().contains("/target/")
                                && !path.toString().contains("/src/"))
                        .filter(Files::isRegularFile)
                        .toList()) {
                    Path to = copy.resolve(ROOT.relativize(file));
                    Files.createDirectories(to.resolveSibling(""));
                    Files.copy(file, to);
                }
            }
        }
        return copy;
    }

    private static void edit(Path file, String expression, String by) throws IOException {
        String text = Files.readString(file);
        String edited = text.replaceFirst(expression, by);
        assertThat(edited).isNotEqualTo(text);
        Files.writeString(file, edited);
    }

    @Test
    @Order(4)
    void noValueOfTheSourceLiesReadableInTheBucket() throws Exception {
        List<byte[]> values = new ArrayList<>();
        try (Connection connection = mesh.connections().get();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "(select name from projects.project where length(name) > 8 limit 40) union all"
                                + " (select left(notes, 40) from projects.task where length(notes) > 40 limit 40) union all"
                                + " (select legal_name from financials.contractor where length(legal_name) > 8 limit 40)")) {
            while (rows.next()) {
                values.add(rows.getString(1).getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(values).hasSizeGreaterThan(60);
        List<Path> objects = files(mesh.home().folder().resolve("s3").resolve("data"));
        int parquet = 0;

        for (Path object : objects) {
            byte[] bytes = Files.readAllBytes(object);
            for (byte[] value : values) {
                assertThat(contains(bytes, value)).as("a value in %s", object).isFalse();
            }
            if (object.toString().endsWith(".parquet")) {
                parquet++;
                assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PARE");
            }
        }
        assertThat(parquet).isGreaterThan(7);
    }

    @Test
    @Order(5)
    void noValueOfTheSourceIsInALog() throws Exception {
        try (Connection connection = mesh.connections().get();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select legal_name from financials.contractor where length(legal_name) > 8 limit 20")) {
            List<byte[]> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1).getBytes(StandardCharsets.UTF_8));
            }
            for (Path log : files(mesh.home().folder().resolve("log"))) {
                byte[] bytes = Files.readAllBytes(log);
                for (byte[] value : values) {
                    assertThat(contains(bytes, value)).as("a value in %s", log).isFalse();
                }
            }
        }
    }

    @Test
    @Order(6)
    void aFreshQueryHasWhatWasCommittedBeforeTheSinkHas() throws Exception {
        String tasks = "select count(*), sum(task_id), md5(string_agg(title, '|' order by task_id)) from %s";
        String rows = tasks.formatted("projects.task_latest");
        try (Connection source = mesh.connections().get();
                Statement statement = source.createStatement()) {
            try (Connection held = mesh.holdCommits()) {
                statement.execute("update projects.task set title = 'fresh', updated_at = now()"
                        + " where task_id in (select task_id from projects.task order by task_id limit 5);"
                        + " delete from projects.task where task_id = (select max(task_id) from projects.task);"
                        + " insert into projects.task (task_id, project_id, title, status, priority, updated_at)"
                        + " values (900000001, 'P-000001', 'new', 'open', 1, now())");
                List<String> truth = row(statement, tasks.formatted("projects.task"));

                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(row(mesh.json("query", "--fresh", "-o", "json", rows)))
                                .isEqualTo(truth));
                assertThat(row(mesh.json("query", "-o", "json", rows))).isNotEqualTo(truth);
                JsonNode freshness = mesh.json("freshness", "-o", "json", "projects.task");
                assertThat(cell(freshness, "state")).isEqualTo("fresh");
                assertThat(Long.parseLong(cell(freshness, "lag records"))).isGreaterThanOrEqualTo(7);
                held.commit();
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(row(mesh.json("query", "-o", "json", rows)))
                            .isEqualTo(row(statement, tasks.formatted("projects.task"))));
            assertThat(cell(mesh.json("freshness", "-o", "json", "projects.task"), "lag records"))
                    .isEqualTo("0");
            String some = "select count(*), sum(priority), min(task_id) from %s where title >= 'f'%s"
                    + " and updated_at >= '2026-01-01 00:00:00Z' and task_id < 900000001 and due_date is not null";
            assertThat(row(mesh.json("query", "-o", "json", some.formatted("projects.task_latest", ""))))
                    .isEqualTo(row(statement, some.formatted("projects.task", " collate \"C\"")));
        }
    }

    @Test
    @Order(7)
    void aRefusedRecordHoldsNobodyUpAndComesBackWhenItsCauseIsMended() throws Exception {
        Stranger stranger = new Stranger(mesh);
        String product = Stranger.PRODUCT.toString();
        String strangers = "select count(*) from financials.%s_latest where project_id = '" + Stranger.PROJECT + "'";
        stranger.write();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(refusals(product)).containsExactly("WRONG_SUBJECT sink 1 0");
            assertThat(refusals("financials.project-cost")).containsExactly("WRONG_SUBJECT stream 1 0");
        });
        long refusedAtNanos = System.nanoTime();
        try (Connection source = mesh.connections().get();
                Statement statement = source.createStatement()) {
            statement.execute(
                    "update financials.cost_item set description = 'behind the refused one', updated_at = now()"
                            + " where (project_id, line_no) in (select project_id, line_no from financials.cost_item limit 40)");
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(row(mesh.json(
                                "query",
                                "-o",
                                "json",
                                "select count(*) from"
                                        + " financials.cost_item_latest where description = 'behind the refused one'")))
                        .containsExactly("40"));

        String shown = mesh.command("rejected", "show", product, "0:0").out();
        assertThat(shown).contains("WRONG_SUBJECT", "financials.protected.cost-item.state.v1", "by");
        assertThat(shown).doesNotContain("a stranger's", Stranger.PROJECT);
        RunningMesh.Answer tooEarly = mesh.command("rejected", "replay", product);
        assertThat(tooEarly.exit()).isEqualTo(1);
        assertThat(tooEarly.err()).contains("[" + product + " 0:0] would be refused again: WRONG_SUBJECT");

        stranger.mend();
        // a reader of the topic believes the registry's "no" for a while
        await().atMost(SOON)
                .until(() -> System.nanoTime() - refusedAtNanos
                        > RegistryConfig.Limits.DEFAULT.negativeTtl().toNanos());
        JsonNode replayed = mesh.json("rejected", "replay", "-o", "json", product);
        assertThat(cell(replayed, "replayed")).isEqualTo("1");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(row(mesh.json("query", "-o", "json", strangers.formatted("cost_item"))))
                    .containsExactly("1");
            assertThat(row(mesh.json("query", "-o", "json", strangers.formatted("project_cost"))))
                    .containsExactly("1");
        });
        assertThat(refusals(product)).containsExactly("WRONG_SUBJECT sink 0 1");

        RunningMesh.Answer elsewhere = mesh.command("rejected", "replay", "financials.project-cost");
        assertThat(elsewhere.exit()).isEqualTo(1);
        assertThat(elsewhere.err()).contains("replay the refused records of that topic's product");
        assertThat(cell(
                        mesh.json(
                                "rejected",
                                "discard",
                                "-o",
                                "json",
                                "financials.project-cost",
                                "--because",
                                "it came back with its input"),
                        "discarded"))
                .isEqualTo("1");
        assertThat(refusals("financials.project-cost")).containsExactly("WRONG_SUBJECT stream 0 1");
        stranger.delete();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(row(mesh.json("query", "-o", "json", strangers.formatted("cost_item"))))
                        .containsExactly("0"));
    }

    /** Reason, refuser, open and settled of each group of a product's refused records. */
    private static List<String> refusals(String product) throws IOException {
        JsonNode groups = mesh.json("rejected", "ls", "-o", "json", product).path("rows");
        List<String> told = new ArrayList<>();
        groups.forEach(group -> told.add(group.path(1).asText() + " "
                + group.path(2).asText() + " " + group.path(4).asText() + " "
                + group.path(5).asText()));
        return told;
    }

    /** The first row's cell in a column. */
    private static String cell(JsonNode answer, String column) {
        for (int i = 0; i < answer.path("columns").size(); i++) {
            if (answer.path("columns").path(i).asText().equals(column)) {
                return answer.path("rows").path(0).path(i).asText();
            }
        }
        throw new AssertionError("no column " + column + " in " + answer);
    }

    /** The only row. */
    private static List<String> row(JsonNode answer) {
        assertThat(answer.path("rows")).hasSize(1);
        List<String> cells = new ArrayList<>();
        answer.path("rows").path(0).forEach(cell -> cells.add(cell.asText()));
        return cells;
    }

    private static List<String> row(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            List<String> cells = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                cells.add(rows.getString(i));
            }
            return cells;
        }
    }

    @Test
    @Order(8)
    void aConsumersFirstHourGoesAsTheReadmeSays() throws Exception {
        ReadmeWalk walk = new ReadmeWalk(mesh);
        Set<String> costs = Set.of("financials.protected.cost-item.state.v1", "mesh.user.u-4001");
        int shown = 0;

        for (ReadmeWalk.Step step : ReadmeWalk.steps(ROOT.resolve("README.md"), "A consumer's first hour")) {
            String out = walk.take(step);
            if (step.command().contains("workload report") && !step.isRefused()) {
                assertThat(out).doesNotContain("@");
                shown += out.contains("assignee_email") ? 1 : 0;
            }
            if (step.command().contains("query") && step.command().contains("cost review")) {
                // nobody but the clock closes the topic that the brokers opened
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(grantedTo("mesh.user.u-4001"))
                                .isEqualTo(step.isRefused() ? Set.of() : costs));
            }
        }

        assertThat(shown).isGreaterThanOrEqualTo(2);
    }

    /** The names of what the brokers let a principal do something with. */
    private static Set<String> grantedTo(String principal) throws Exception {
        Connections connections = new Connections(ConfigFile.read(mesh.home().config()), Map.of());
        try (Admin admin = Admin.create(connections.kafka(DesiredState.OPERATOR).properties("test"))) {
            AccessControlEntryFilter its =
                    new AccessControlEntryFilter("User:" + principal, null, AclOperation.ANY, AclPermissionType.ANY);
            return admin.describeAcls(new AclBindingFilter(ResourcePatternFilter.ANY, its)).values().get().stream()
                    .map(binding -> binding.pattern().name())
                    .collect(Collectors.toSet());
        }
    }

    @Test
    @Order(9)
    void itsStateSurvivesARestartAndItsProcessesDoNot() throws Exception {
        RunState before = mesh.state();
        Process validate = mesh.process(folder.resolve("validate.log"), "validate");
        Process query = mesh.process(folder.resolve("query.log"), "query", "select count(*) from projects.task_latest");
        assertThat(validate.waitFor()).isZero();
        assertThat(query.waitFor()).isZero();

        assertThat(mesh.command("down").exit()).isZero();

        assertThat(mesh.home().said()).isEmpty();
        assertThat(before.parts()).allMatch(part -> isGone(part.pid()));
        assertThat(before.processes()).allMatch(process -> isGone(process.pid()));
        assertThat(SeenClasses.missing(folder.resolve("classes")))
                .as("Of what a process loads, its archive of classes must hold nearly all: the list is written anew by"
                        + " -Dgolden.update=true")
                .allSatisfy((process, share) -> assertThat(share).isLessThan(0.1));

        System.clearProperty(JvmStart.RECORD);
        mesh = RunningMesh.start(folder.resolve("mesh"), false);
        try (SampleStory.Workload workload = mesh.play(500, 8)) {
            workload.await();
        }
        mesh.assertReconciled();
    }

    private static boolean isGone(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
    }

    private static List<Path> files(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean contains(byte[] bytes, byte[] value) {
        for (int i = 0; i <= bytes.length - value.length; i++) {
            int j = 0;
            while (j < value.length && bytes[i + j] == value[j]) {
                j++;
            }
            if (j == value.length) {
                return true;
            }
        }
        return false;
    }
}
