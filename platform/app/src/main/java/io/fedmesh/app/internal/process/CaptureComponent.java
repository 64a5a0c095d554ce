package io.fedmesh.app.internal.process;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.cdc.Capture;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The capture of one source. */
final class CaptureComponent implements Component {
    private final Connections connections;
    private final Contracts contracts;
    private final Source source;
    private final String instance;
    private volatile @Nullable Capture capture;
    private boolean isClosed;

    /** @param instance name of this process, for people */
    CaptureComponent(Connections connections, Contracts contracts, Source source, String instance) {
        this.connections = connections;
        this.contracts = contracts;
        this.source = source;
        this.instance = instance;
    }

    @Override
    public String name() {
        return Names.principal(source.domain(), "cdc") + "/" + source.name();
    }

    @Override
    public void start() {
        String principal = Names.principal(source.domain(), "cdc");
        MeshConfig.Database database = connections.source(source.connection());
        Duration pollInterval = database.pollInterval();
        CaptureConfig.Bounds usual = CaptureConfig.Bounds.DEFAULT;
        Capture made = new Capture(
                new CaptureConfig(
                        source,
                        contracts.products(),
                        connection(database, principal),
                        connections.kafka(principal),
                        instance,
                        pollInterval == null ? usual : usual.withPollInterval(pollInterval)),
                connections.registry(),
                new SecureRandom());
        synchronized (this) {
            if (isClosed) {
                return;
            }
            capture = made;
        }
        // It waits for what is away by itself.
        made.start();
    }

    private CaptureConfig.DatabaseConnection connection(MeshConfig.Database database, String principal) {
        MeshConfig.Login login = database.user(principal);
        String sslMode = property(database, "sslmode");
        String sslRootCert = property(database, "sslrootcert");
        return new CaptureConfig.DatabaseConnection(
                database.host(),
                database.port(),
                database.database(),
                login.user(),
                connections.reveal(login.password()),
                sslMode == null ? "prefer" : sslMode,
                sslRootCert == null ? null : Path.of(sslRootCert));
    }

    private @Nullable String property(MeshConfig.Database database, String name) {
        var setting = database.properties().get(name);
        return setting == null ? null : connections.reveal(setting);
    }

    @Override
    public Health health() {
        Capture running = capture;
        if (running == null) {
            return Health.of(Health.State.STARTING);
        }
        Capture.Health health = running.health();
        return new Health(state(health.state()), message(health.cause()));
    }

    static Health.State state(Capture.State state) {
        return switch (state) {
            case STARTING -> Health.State.STARTING;
            case SNAPSHOT, STREAMING -> Health.State.RUNNING;
            case HOLDING -> Health.State.HOLDING;
            case FAILED -> Health.State.FAILED;
            case STOPPED -> Health.State.STOPPED;
        };
    }

    private static String message(@Nullable Throwable cause) {
        if (cause == null) {
            return "";
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Override
    public List<Metric> metrics() {
        Capture running = capture;
        List<Metric> metrics = new ArrayList<>();
        if (running != null) {
            Capture.Health health = running.health();
            metrics.add(Metric.gauge(
                    "mesh_capture_lag_bytes",
                    "How far the database's log was ahead of the stored position at the last heartbeat.",
                    Map.of("domain", source.domain(), "source", source.name()),
                    health.lagBytes()));
            health.products().forEach((product, counts) -> {
                Map<String, String> labels = Map.of("product", product.toString());
                metrics.add(Metric.counter(
                        "mesh_capture_published_total",
                        "Events published since the start.",
                        labels,
                        counts.published()));
                metrics.add(Metric.counter(
                        "mesh_capture_rejected_total", "Rows refused since the start.", labels, counts.rejected()));
                metrics.add(Metric.counter(
                        "mesh_capture_duplicates_total",
                        "Changes that the source told again since the start.",
                        labels,
                        counts.duplicates()));
            });
        }
        return metrics;
    }

    @Override
    public Map<String, Object> details() {
        Capture running = capture;
        if (running == null) {
            return Map.of();
        }
        Capture.Health health = running.health();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("captureState", health.state().toString().toLowerCase(Locale.ROOT));
        details.put("connection", source.connection());
        details.put("commitLsn", health.commitLsn());
        details.put("lagBytes", health.lagBytes());
        Map<String, Object> published = new TreeMap<>();
        health.products().forEach((product, counts) -> published.put(product.toString(), counts.published()));
        details.put("published", published);
        return details;
    }

    @Override
    public void close() {
        Capture running;
        synchronized (this) {
            isClosed = true;
            running = capture;
        }
        if (running != null) {
            running.close();
        }
    }
}
