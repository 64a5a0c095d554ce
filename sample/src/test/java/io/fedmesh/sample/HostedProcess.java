package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.process.Component;
import io.fedmesh.app.internal.process.Health;
import io.fedmesh.app.internal.process.ProcessHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** A process of the mesh in the test's JVM: the same host as in a JVM of its own. */
final class HostedProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final List<Component> components;
    private final ProcessHost host;
    private final CompletableFuture<Integer> exit;

    private HostedProcess(List<Component> components, ProcessHost host) {
        this.components = components;
        this.host = host;
        this.exit = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return host.run(port -> {});
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> new Thread(task, "hosted").start());
    }

    static HostedProcess start(List<Component> components, MeshConfig config) {
        return new HostedProcess(components, new ProcessHost("test", components, config.health()));
    }

    /** Every component does its work. */
    HostedProcess awaitRunning() {
        awaitAlive(() -> assertThat(components)
                .extracting(component -> component.name() + ": " + component.health())
                .allMatch(told -> told.contains("state=" + Health.State.RUNNING)));
        return this;
    }

    /** The component holds its position and says exactly this. */
    void awaitHolding(String name, String message) {
        Component component = component(name);
        awaitAlive(() -> assertThat(component.health()).isEqualTo(new Health(Health.State.HOLDING, message)));
    }

    /** The component holds its position and what it says is like this, as a whole. */
    void awaitHolding(String name, Pattern message) {
        await(name, Health.State.HOLDING, message);
    }

    /** The component does its work and what it says is like this, as a whole. */
    void awaitSaying(String name, Pattern message) {
        await(name, Health.State.RUNNING, message);
    }

    private void await(String name, Health.State state, Pattern message) {
        Component component = component(name);
        awaitAlive(() -> {
            Health health = component.health();
            assertThat(health.state()).isEqualTo(state);
            assertThat(health.message()).matches(message);
        });
    }

    /** What the component's status tells matches somewhere. */
    void awaitDetails(String name, Pattern found) {
        Component component = component(name);
        awaitAlive(() -> assertThat(component.details().toString()).containsPattern(found));
    }

    /** The exit code of a process that ends by itself. */
    int awaitExit() throws Exception {
        return exit.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    Health health(String name) {
        return component(name).health();
    }

    /** What its status tells beside state and message. */
    Map<String, Object> details(String name) {
        return component(name).details();
    }

    /** A topology's thread that ends by what it says is replaced: that is not the test's failure; a process that ends is. */
    private void awaitAlive(ThrowingRunnable assertion) {
        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .atMost(PATIENCE)
                .failFast(() -> {
                    if (exit.isDone()) {
                        throw new AssertionError("the process must run but ended: " + messages());
                    }
                })
                .untilAsserted(assertion);
    }

    private Component component(String name) {
        return components.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        name + " of " + components.stream().map(Component::name).toList()));
    }

    private List<String> messages() {
        return components.stream().map(c -> c.name() + ": " + c.health()).toList();
    }

    @Override
    public void close() {
        if (!exit.isDone()) {
            host.stop();
        }
    }
}
