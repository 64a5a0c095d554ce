package io.fedmesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.local.internal.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a mesh after its parent, and then its parts, were killed. */
class LocalCrashIT {
    @TempDir
    Path temp;

    @Test
    void childrenEndWithAKilledParentAndDataOutlivesEveryKill() throws Exception {
        Path home = temp.resolve("home");
        List<ProcessHandle> children = childrenOfAKilledParent(home);

        await().atMost(Duration.ofSeconds(20)).until(() -> children.stream().noneMatch(Child::isRunning));

        try (LocalMesh mesh = LocalMesh.start(home, LocalMesh.Progress.SILENT)) {
            assertThatAllIsThere(mesh);
            mesh.postgres().kill();
            mesh.kafka().kill();
            mesh.registry().kill();
            mesh.s3().kill();
        }

        try (LocalMesh mesh = LocalMesh.start(home, LocalMesh.Progress.SILENT)) {
            assertThatAllIsThere(mesh);
        }
    }

    @Test
    void aDatabaseComesBackWhileTheChildrenOfItsKilledPredecessorStillEnd() throws Exception {
        Path home = temp.resolve("home");
        LocalPostgres killed = LocalPostgres.start(home);
        try (Connection connection = killed.connect("postgres");
                ResultSet rows = connection.createStatement().executeQuery("select pg_backend_pid()")) {
            assertThat(rows.next()).isTrue();
            String child = rows.getString(1);
            signal("STOP", child);
            killed.kill();
            CompletableFuture<Void> ending = CompletableFuture.runAsync(
                    () -> signal("CONT", child), CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
            try (LocalPostgres back = LocalPostgres.start(home);
                    Connection again = back.connect("postgres")) {
                assertThat(ending).as("it came back after that").isCompleted();
                assertThat(again.isValid(5)).isTrue();
            }
        }
    }

    private static void signal(String name, String pid) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, pid)
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<ProcessHandle> childrenOfAKilledParent(Path home) throws Exception {
        Path pids = temp.resolve("pids");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dfedmesh.root=" + System.getProperty("fedmesh.root"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MeshParent.class.getName(),
                        home.toString(),
                        pids.toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("parent.log").toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(120)).until(() -> Files.exists(pids) || !parent.isAlive());
            assertThat(pids).as(Files.readString(temp.resolve("parent.log"))).exists();
            List<ProcessHandle> children = Files.readAllLines(pids).stream()
                    .map(line -> ProcessHandle.of(Long.parseLong(line)).orElseThrow())
                    .flatMap(part -> Stream.concat(Stream.of(part), part.descendants()))
                    .toList();
            assertThat(children).hasSizeGreaterThan(4);
            return children;
        } finally {
            parent.destroyForcibly();
            assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void assertThatAllIsThere(LocalMesh mesh) throws Exception {
        try (Connection connection = mesh.postgres().connect("depot");
                ResultSet rows = connection.createStatement().executeQuery("select id from crate")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
        Map<String, Object> properties =
                new HashMap<>(mesh.kafka().security(mesh.kafka().operator()));
        properties.put("bootstrap.servers", mesh.kafka().bootstrap());
        try (Admin admin = Admin.create(properties)) {
            assertThat(admin.listTopics().names().get(20, TimeUnit.SECONDS)).contains("crates");
            assertThat(admin.describeUserScramCredentials().users().get(20, TimeUnit.SECONDS))
                    .containsExactlyInAnyOrder("depot.cdc", "mesh.operator");
        }
        try (var client = S3Clients.of(mesh.s3(), mesh.s3().secretKey())) {
            assertThat(client.getObjectAsBytes(r -> r.bucket(mesh.s3().bucket()).key("crate"))
                            .asUtf8String())
                    .isEqualTo("42");
        }
        assertThat(RegistryCalls.register(mesh.registry().url(), "crate-value")).isEqualTo("{\"id\":1}");
    }
}
