package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Contract;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.lake.AuditStatus;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.Sink;
import io.fedmesh.lake.SinkConfig;
import io.fedmesh.lake.SinkStatus;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The sink of every product. */
final class SinkComponent implements Component {
    private final Connections connections;
    private final List<Contract> products;
    private final LakeWork<Sink> work;

    SinkComponent(Connections connections, List<Contract> products, Patience patience) {
        this.connections = connections;
        this.products = products;
        this.work = new LakeWork<>(connections, patience, this::sink, Sink::close);
    }

    @Override
    public String name() {
        return DesiredState.SINK;
    }

    @Override
    public void start() throws Exception {
        work.start();
    }

    private Sink sink(Lakehouse lakehouse) {
        SinkConfig config = SinkConfig.of(
                connections.kafka(DesiredState.SINK),
                products,
                connections.config().state().resolve("sink"),
                connections.config().lake().commitInterval());
        return Sink.start(lakehouse, config, connections.registry(), Clock.systemUTC(), new SecureRandom());
    }

    @Override
    public Health health() {
        Sink running = work.begun();
        return running == null ? work.waiting() : health(running.status());
    }

    /** A product that stopped for good must not take the others with it: the sink fails when none is left. */
    static Health health(List<SinkStatus> products) {
        List<SinkStatus> stopped = in(products, SinkStatus.State.STOPPED);
        if (!stopped.isEmpty()) {
            return new Health(
                    stopped.size() == products.size() ? Health.State.FAILED : Health.State.HOLDING, messages(stopped));
        }
        List<SinkStatus> holding = in(products, SinkStatus.State.HOLDING);
        if (!holding.isEmpty()) {
            return new Health(Health.State.HOLDING, messages(holding));
        }
        String unjudged = unpublished(products, AuditStatus.State.FAILING);
        if (!unjudged.isEmpty()) {
            return new Health(Health.State.HOLDING, unjudged);
        }
        if (!in(products, SinkStatus.State.STARTING).isEmpty()) {
            return Health.of(Health.State.STARTING);
        }
        return in(products, SinkStatus.State.CLOSED).isEmpty()
                // what a rule holds back is the data's fault: the sink itself does its work
                ? new Health(Health.State.RUNNING, unpublished(products, AuditStatus.State.HELD))
                : Health.of(Health.State.STOPPED);
    }

    /** Products whose rows are written and kept from readers, and why. */
    private static String unpublished(List<SinkStatus> products, AuditStatus.State state) {
        return products.stream()
                .filter(status -> status.audit() != null && status.audit().state() == state)
                .map(status -> status.product() + " is not published: "
                        + Objects.requireNonNull(status.audit()).message())
                .collect(Collectors.joining("; "));
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (SinkStatus status : statuses()) {
            add(metrics, "captured", "Records read from the product's topic.", status, SinkStatus::captured);
            add(
                    metrics,
                    "applied",
                    "Records written to the latest table or deleted from it.",
                    status,
                    SinkStatus::applied);
            add(metrics, "superseded", "Records overtaken within one commit.", status, SinkStatus::superseded);
            add(metrics, "rejected", "Records refused and kept on the rejected topic.", status, SinkStatus::rejected);
            add(metrics, "filtered", "Records not newer than what the table had.", status, SinkStatus::filtered);
            Map<String, String> labels = Map.of("product", status.product().toString());
            metrics.add(Metric.gauge(
                    "mesh_sink_lag_records", "Records that the table does not hold yet.", labels, status.lag()));
            metrics.add(Metric.gauge(
                    "mesh_sink_freshness_p50_seconds",
                    "Median time from source commit to visible row.",
                    labels,
                    status.freshnessP50Ms() / 1000.0));
            metrics.add(Metric.gauge(
                    "mesh_sink_freshness_p99_seconds",
                    "99th percentile of the time from source commit to visible row.",
                    labels,
                    status.freshnessP99Ms() / 1000.0));
            AuditStatus audit = status.audit();
            if (audit != null) {
                metrics.add(Metric.gauge(
                        "mesh_audit_broken_rules",
                        "Quality rules that did not hold in the last audit.",
                        labels,
                        audit.brokenRules()));
                metrics.add(Metric.gauge(
                        "mesh_audit_held",
                        "1 while written rows are kept from readers because rules do not hold or cannot be judged.",
                        labels,
                        audit.message() == null ? 0 : 1));
            }
        }
        return metrics;
    }

    private static void add(
            List<Metric> metrics, String what, String help, SinkStatus status, ToLongFunction<SinkStatus> count) {
        metrics.add(Metric.counter(
                "mesh_sink_" + what + "_total",
                help,
                Map.of("product", status.product().toString()),
                count.applyAsLong(status)));
    }

    @Override
    public Map<String, Object> details() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (SinkStatus status : statuses()) {
            Map<String, Object> product = new LinkedHashMap<>();
            product.put("product", status.product().toString());
            product.put("state", status.state().toString().toLowerCase(java.util.Locale.ROOT));
            product.put("captured", status.captured());
            product.put("applied", status.applied());
            product.put("superseded", status.superseded());
            product.put("rejected", status.rejected());
            product.put("filtered", status.filtered());
            product.put("lag", status.lag());
            product.put("offsets", status.offsets());
            product.put("freshnessP50Ms", status.freshnessP50Ms());
            product.put("freshnessP99Ms", status.freshnessP99Ms());
            AuditStatus audit = status.audit();
            if (audit != null) {
                product.put("audit", audit.state().toString().toLowerCase(java.util.Locale.ROOT));
                product.put("auditMessage", String.valueOf(audit.message()));
            }
            list.add(product);
        }
        return Map.of("products", list);
    }

    @Override
    public void close() {
        work.close();
    }

    private List<SinkStatus> statuses() {
        Sink running = work.begun();
        return running == null ? List.of() : running.status();
    }

    private static List<SinkStatus> in(List<SinkStatus> products, SinkStatus.State state) {
        return products.stream().filter(status -> status.state() == state).toList();
    }

    /** Each cause once, with the products that it holds. */
    private static String messages(List<SinkStatus> products) {
        Map<String, List<String>> byCause = new LinkedHashMap<>();
        for (SinkStatus status : products) {
            byCause.computeIfAbsent(String.valueOf(status.message()), cause -> new ArrayList<>())
                    .add(status.product().toString());
        }
        return byCause.entrySet().stream()
                .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey())
                .collect(Collectors.joining("; "));
    }
}
