package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Names;
import io.fedmesh.lake.UpkeepLoop;
import io.fedmesh.lake.UpkeepStatus;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The upkeep of every product's tables. */
final class UpkeepComponent implements Component {
    private static final String NAME = Names.principal("mesh", "upkeep");
    /** A table of a commit a second has few files between two rounds; where nothing changes, a minute lies between them. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final LakeWork<UpkeepLoop> work;

    UpkeepComponent(Connections connections, List<Contract> products, Patience patience) {
        this.work = new LakeWork<>(
                connections,
                patience,
                lakehouse -> UpkeepLoop.start(lakehouse, products, INTERVAL, Clock.systemUTC(), new SecureRandom()),
                UpkeepLoop::close);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() throws Exception {
        work.start();
    }

    @Override
    public Health health() {
        UpkeepLoop running = work.begun();
        return running == null ? work.waiting() : health(running.status());
    }

    /** Upkeep that must wait harms nobody at once: whatever the cause, it holds and says why. */
    static Health health(List<UpkeepStatus> products) {
        String why = products.stream()
                .filter(status -> status.message() != null)
                .map(status -> status.product() + ": " + status.message())
                .collect(Collectors.joining("; "));
        return why.isEmpty() ? Health.of(Health.State.RUNNING) : new Health(Health.State.HOLDING, why);
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (UpkeepStatus status : statuses()) {
            Map<String, String> labels = Map.of("product", status.product().toString());
            metrics.add(Metric.counter(
                    "mesh_upkeep_files_replaced_total",
                    "Data files that were replaced.",
                    labels,
                    status.filesBefore()));
            metrics.add(Metric.counter(
                    "mesh_upkeep_files_written_total", "Data files in their place.", labels, status.filesAfter()));
            metrics.add(Metric.counter(
                    "mesh_upkeep_bytes_rewritten_total",
                    "Bytes of the replaced data files.",
                    labels,
                    status.bytesRewritten()));
            metrics.add(Metric.counter(
                    "mesh_upkeep_snapshots_expired_total",
                    "Snapshots that were dropped.",
                    labels,
                    status.snapshotsExpired()));
            metrics.add(Metric.counter(
                    "mesh_upkeep_files_deleted_total",
                    "Files that only dropped snapshots named.",
                    labels,
                    status.filesDeleted()));
            metrics.add(Metric.counter(
                    "mesh_upkeep_orphans_deleted_total", "Files that nothing named.", labels, status.orphansDeleted()));
            metrics.add(Metric.gauge(
                    "mesh_upkeep_refused",
                    "1 while upkeep of the product is refused and an operator must look.",
                    labels,
                    status.isRefused() ? 1 : 0));
        }
        return metrics;
    }

    @Override
    public Map<String, Object> details() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (UpkeepStatus status : statuses()) {
            Map<String, Object> product = new LinkedHashMap<>();
            product.put("product", status.product().toString());
            product.put(
                    "lastRound",
                    status.lastRound() == null ? null : status.lastRound().toString());
            product.put("filesReplaced", status.filesBefore());
            product.put("filesWritten", status.filesAfter());
            product.put("snapshotsExpired", status.snapshotsExpired());
            product.put("filesDeleted", status.filesDeleted());
            product.put("orphansDeleted", status.orphansDeleted());
            list.add(product);
        }
        return Map.of("tables", list);
    }

    @Override
    public void close() {
        work.close();
    }

    private List<UpkeepStatus> statuses() {
        UpkeepLoop running = work.begun();
        return running == null ? List.of() : running.status();
    }
}
