package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.app.internal.cli.Cli;
import io.fedmesh.app.internal.cli.Console;
import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.Preparation;
import io.fedmesh.app.internal.localmesh.StoryDatabase;
import io.fedmesh.app.internal.process.Component;
import io.fedmesh.app.internal.process.Components;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.contract.Contracts;
import io.fedmesh.local.LocalMesh;
import io.fedmesh.local.LocalRegistry;
import io.fedmesh.local.SampleStory;
import io.fedmesh.wire.KafkaConnection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;

/** The parts of a mesh, prepared, without a supervisor: a test kills parts and runs the mesh's processes as it likes. */
final class BareMesh implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));

    private final SampleStory story = new ConstructionStory();
    private final MeshHome home;
    private final Contracts contracts;
    private final LocalMesh parts;
    private LocalRegistry registry;
    private int seed = 1;

    private BareMesh(MeshHome home, Contracts contracts, LocalMesh parts) {
        this.home = home;
        this.contracts = contracts;
        this.parts = parts;
        this.registry = parts.registry();
    }

    static BareMesh start(Path folder) throws Exception {
        MeshHome home = new MeshHome(folder);
        Contracts contracts = Contracts.load(ROOT);
        LocalMesh parts = LocalMesh.start(home.folder(), LocalMesh.Progress.SILENT);
        try {
            new Preparation(home, ROOT, Clock.systemUTC()).prepare(parts, contracts, step -> {});
        } catch (Exception | Error e) {
            parts.close();
            throw e;
        }
        return new BareMesh(home, contracts, parts);
    }

    /** The mesh's configuration, or one beside it in which a text that it holds is replaced. */
    Path config(String... oldAndNew) throws Exception {
        if (oldAndNew.length == 0) {
            return home.config();
        }
        String text = Files.readString(home.config());
        assertThat(text).contains(oldAndNew[0]);
        Path other = Files.createTempFile(home.config().getParent(), "other", ".yaml");
        return Files.writeString(other, text.replace(oldAndNew[0], oldAndNew[1]));
    }

    /** The same configuration with another folder for what can be made anew. */
    Path withState(Path config, Path state) throws Exception {
        String text = Files.readString(config);
        Path other = Files.createTempFile(home.config().getParent(), "state", ".yaml");
        return Files.writeString(other, text.replaceFirst("(?m)^state: .*$", "state: " + state));
    }

    /** A secret in a file beside the configuration, for {@link #config(String...)}. */
    String secret(String name, String value) throws Exception {
        Files.writeString(home.config().resolveSibling(name), value);
        return name;
    }

    /** One of the mesh's processes, in this JVM. */
    HostedProcess run(Path config, Function<Components, List<Component>> choice) throws Exception {
        return run(config, contracts, choice);
    }

    /** As the other, under other contracts than the mesh was prepared with. */
    HostedProcess run(Path config, Contracts other, Function<Components, List<Component>> choice) throws Exception {
        return HostedProcess.start(
                choice.apply(new Components(ConfigFile.read(config), other, Map.of())), ConfigFile.read(config));
    }

    /** Applies other contracts, as the operator does. */
    void apply(Contracts other) throws Exception {
        new Preparation(home, ROOT, Clock.systemUTC()).prepare(parts, other, step -> {});
    }

    /** Commits about so many row changes. */
    void commit(long rows) throws Exception {
        StoryDatabase connections = new StoryDatabase(new Connections(ConfigFile.read(home.config()), Map.of()), story);
        try (SampleStory.Workload workload =
                story.start(new SampleStory.WorkloadOptions(rows, Duration.ofMinutes(2), seed++, connections))) {
            workload.await();
        }
    }

    /** As the database's super user. */
    void sql(String sql) throws SQLException {
        try (Connection connection = parts.postgres().connect(story.databaseName());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    Admin operator() {
        return Admin.create(new KafkaConnection(
                        parts.kafka().bootstrap(),
                        parts.kafka().security(parts.kafka().operator()))
                .properties("test"));
    }

    void killRegistry() {
        registry.kill();
    }

    void restartRegistry() {
        registry = LocalRegistry.start(home.folder());
    }

    /** Every product's table equals its source. */
    void assertReconciled() {
        command("reconcile");
    }

    /** What readers get for a query of one row and column. */
    String answer(String sql) {
        return command("query", "-o", "csv", sql).lines().skip(1).findFirst().orElseThrow();
    }

    private String command(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int exit = Cli.run(
                new Console(printed, printed, false),
                Map.of("MESH_CONFIG", home.config().toString(), "USER", "tester"),
                arguments);
        String out = bytes.toString(StandardCharsets.UTF_8);
        assertThat(exit).as(out).isZero();
        return out;
    }

    @Override
    public void close() {
        registry.close();
        parts.close();
    }
}
