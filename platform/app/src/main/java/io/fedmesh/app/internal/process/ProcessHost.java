package io.fedmesh.app.internal.process;

import io.fedmesh.app.internal.config.MeshConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs components in this JVM until one fails or the process is told to end; serves their health meanwhile. The same host
 * runs one component apart or all of them together.
 */
public final class ProcessHost {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessHost.class);
    private static final long POLL_MS = 200;
    private static final long CLOSE_TIMEOUT_MS = 20_000;

    private final String name;
    private final List<Component> components;
    private final MeshConfig.Health health;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, String> startFailures = new ConcurrentHashMap<>();

    /**
     * @param name of the process, for people
     * @param components in the order in which they start; they end in reverse
     */
    public ProcessHost(String name, List<Component> components, MeshConfig.Health health) {
        this.name = name;
        this.components = List.copyOf(components);
        this.health = health;
    }

    /**
     * Runs until the end.
     *
     * @param listening told the health port once it is bound
     * @return 0 when told to end and closed in time, 1 otherwise
     * @throws IOException when the health port cannot be bound
     */
    public int run(IntConsumer listening) throws IOException {
        try (HealthServer server = HealthServer.start(health.host(), health.port(), new Served())) {
            LOG.atInfo()
                    .addKeyValue("process", name)
                    .addKeyValue("port", server.port())
                    .log("process starts");
            listening.accept(server.port());
            List<Thread> starters = components.stream().map(this::starter).toList();
            String failure = awaitEnd();
            starters.forEach(Thread::interrupt);
            boolean inTime = closeAll();
            if (failure != null) {
                LOG.atError()
                        .addKeyValue("process", name)
                        .addKeyValue("cause", failure)
                        .log("process fails");
                return 1;
            }
            LOG.atInfo().addKeyValue("process", name).log("process ends");
            return inTime ? 0 : 1;
        } finally {
            closed.countDown();
        }
    }

    /** Asks for the end and waits until all is closed, at most as long as closing may take; for a shutdown hook. */
    public boolean stop() {
        stopAsked.countDown();
        try {
            return closed.await(CLOSE_TIMEOUT_MS + 1_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Thread starter(Component component) {
        Thread thread = new Thread(
                () -> {
                    try {
                        component.start();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        LOG.debug("start fails", e);
                        startFailures.put(component.name(), String.valueOf(e.getMessage()));
                    } catch (Error e) {
                        startFailures.put(component.name(), e.toString());
                        throw e;
                    }
                },
                "start-" + component.name());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** What failed, or null when the process was told to end. */
    private @org.jspecify.annotations.Nullable String awaitEnd() {
        try {
            while (!stopAsked.await(POLL_MS, TimeUnit.MILLISECONDS)) {
                for (Component component : components) {
                    Health now = healthOf(component);
                    if (now.state() == Health.State.FAILED) {
                        return component.name() + ": " + now.message();
                    }
                }
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private boolean closeAll() {
        List<Thread> closers = new ArrayList<>();
        for (int i = components.size() - 1; i >= 0; i--) {
            Component component = components.get(i);
            Thread closer = new Thread(
                    () -> {
                        try {
                            component.close();
                        } catch (RuntimeException e) {
                            LOG.atError()
                                    .addKeyValue("component", component.name())
                                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                                    .log("close fails");
                        }
                    },
                    "close-" + component.name());
            closer.setDaemon(true);
            closer.start();
            closers.add(closer);
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_TIMEOUT_MS);
        boolean interrupted = false;
        boolean inTime = true;
        for (Thread closer : closers) {
            long leftMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
            try {
                closer.join(leftMs);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            inTime &= !closer.isAlive();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return inTime;
    }

    private Health healthOf(Component component) {
        String failure = startFailures.get(component.name());
        return failure == null ? component.health() : new Health(Health.State.FAILED, failure);
    }

    private final class Served implements HealthServer.Answers {
        @Override
        public boolean live() {
            return components.stream().noneMatch(c -> healthOf(c).state() == Health.State.FAILED);
        }

        @Override
        public boolean ready() {
            return stopAsked.getCount() > 0
                    && components.stream().allMatch(c -> healthOf(c).state() == Health.State.RUNNING);
        }

        @Override
        public String metrics() {
            List<Metric> metrics = new ArrayList<>();
            for (Component component : components) {
                Health.State now = healthOf(component).state();
                for (Health.State state : Health.State.values()) {
                    metrics.add(Metric.gauge(
                            "mesh_component_state",
                            "1 for the state that the component is in.",
                            Map.of("component", component.name(), "state", state.toString()),
                            state == now ? 1 : 0));
                }
                metrics.addAll(component.metrics());
            }
            return Metric.text(metrics);
        }

        @Override
        public Map<String, Object> status() {
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("process", name);
            status.put("live", live());
            status.put("ready", ready());
            List<Map<String, Object>> parts = new ArrayList<>();
            for (Component component : components) {
                Health now = healthOf(component);
                Map<String, Object> part = new LinkedHashMap<>();
                part.put("name", component.name());
                part.put("state", now.state().toString());
                part.put("message", now.message());
                part.putAll(component.details());
                parts.add(part);
            }
            status.put("components", parts);
            return status;
        }
    }
}
