package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.app.Main;
import io.fedmesh.app.internal.cli.Cli;
import io.fedmesh.app.internal.cli.Console;
import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.MeshLauncher;
import io.fedmesh.app.internal.localmesh.RunState;
import io.fedmesh.app.internal.localmesh.StoryDatabase;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.local.ClassArchive;
import io.fedmesh.local.SampleStory;
import io.fedmesh.local.internal.Leash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A whole mesh on this machine, driven as an operator drives it. It ends with the test's JVM, however that ends. */
final class RunningMesh implements AutoCloseable {
    private final SampleStory story = new ConstructionStory();
    private final MeshHome home;
    private final MeshLauncher launcher;

    private RunningMesh(MeshHome home, MeshLauncher launcher) {
        this.home = home;
        this.launcher = launcher;
    }

    /** What a command did. */
    record Answer(int exit, String out, String err) {}

    static RunningMesh start(Path folder, boolean isApart) throws InterruptedException {
        MeshHome home = new MeshHome(folder);
        MeshLauncher launcher = new MeshLauncher(home);
        launcher.awaitReady(launcher.start(isApart), step -> {});
        return new RunningMesh(home, launcher);
    }

    MeshHome home() {
        return home;
    }

    RunState state() {
        return home.running().orElseThrow();
    }

    SampleStory.Workload play(long rows, long seed) throws Exception {
        return story.start(new SampleStory.WorkloadOptions(rows, Duration.ofMinutes(10), seed, connections()));
    }

    Supplier<Connection> connections() throws Exception {
        return new StoryDatabase(new Connections(ConfigFile.read(home.config()), Map.of()), story);
    }

    /** Until it is closed, nobody can commit to a table; who reads is not disturbed. */
    Connection holdCommits() throws Exception {
        Connections read = new Connections(ConfigFile.read(home.config()), Map.of());
        MeshConfig.Catalog catalog = read.config().lake().catalog();
        Connection connection = DriverManager.getConnection(
                catalog.url(),
                catalog.login().user(),
                read.reveal(catalog.login().password()));
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table iceberg_tables in exclusive mode");
        }
        return connection;
    }

    /** What a command answers in JSON. */
    JsonNode json(String... arguments) throws IOException {
        Answer answer = command(arguments);
        assertThat(answer.exit()).as(answer.err()).isZero();
        return new ObjectMapper().readTree(answer.out());
    }

    Answer command(String... arguments) {
        return command(false, arguments);
    }

    /** What a command did for a person at a terminal who types this. */
    Answer commandWith(String typed, String... arguments) {
        InputStream usual = System.in;
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        try {
            return command(true, arguments);
        } finally {
            System.setIn(usual);
        }
    }

    private Answer command(boolean isTerminal, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                isTerminal);
        int exit = Cli.run(console, Map.of("MESH_HOME", home.folder().toString(), "USER", "tester"), arguments);
        return new Answer(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The same with the contracts and people of another folder. */
    Answer commandOn(Path root, String... arguments) {
        String usual = System.getProperty("fedmesh.root");
        System.setProperty("fedmesh.root", root.toString());
        try {
            return command(arguments);
        } finally {
            System.setProperty("fedmesh.root", usual);
        }
    }

    /**
     * A command that goes on until it is told to end, in a JVM of its own on a leash: it ends with this one at the latest.
     *
     * @param log where its output goes
     */
    Process process(Path log, String... arguments) throws IOException {
        String classPath = ClassArchive.librariesFirst(System.getProperty("java.class.path"));
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
        line.addAll(ClassArchive.options(classPath));
        line.addAll(List.of(
                "-Dfedmesh.root=" + System.getProperty("fedmesh.root"),
                "-cp",
                classPath,
                Leash.class.getName(),
                Main.class.getName()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("MESH_HOME", home.folder().toString());
        return builder.start();
    }

    /** Every product's table equals its source. */
    void assertReconciled() {
        Answer answer = command("reconcile");

        assertThat(answer.exit()).as("%s%s", answer.out(), answer.err()).isZero();
        assertThat(answer.out().lines().filter(line -> line.contains("."))).hasSizeGreaterThanOrEqualTo(7);
    }

    @Override
    public void close() throws InterruptedException {
        launcher.stop();
    }
}
