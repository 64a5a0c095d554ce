package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.app.internal.localmesh.RunState;
import io.fedmesh.local.SampleStory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
    private static final int ROWS = 4_000;

    @TempDir
    private static Path folder;

    private static RunningMesh mesh;

    @BeforeAll
    static void playTheStory() throws Exception {
        mesh = RunningMesh.start(folder.resolve("mesh"), false);
        try (SampleStory.Workload workload = mesh.play(ROWS, 7)) {
            workload.await();
            assertThat(workload.committedRows()).isGreaterThanOrEqualTo(ROWS / 2);
        }
    }

    @AfterAll
    static void end() throws Exception {
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
                .contains("postgres", "kafka", "registry", "s3", "mesh.sink", "financials.stream", "portfolio.stream");
        assertThat(status.path("components").findValuesAsText("state")).containsOnly("running");
        assertThat(status.path("products")).hasSize(7);
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
    void itsStateSurvivesARestartAndItsProcessesDoNot() throws Exception {
        RunState before = mesh.state();

        assertThat(mesh.command("down").exit()).isZero();

        assertThat(mesh.home().said()).isEmpty();
        assertThat(before.parts()).allMatch(part -> isGone(part.pid()));
        assertThat(before.processes()).allMatch(process -> isGone(process.pid()));

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
