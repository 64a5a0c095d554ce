package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.ChildJvm;
import io.fedmesh.bench.internal.measure.ProcessMeter;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.Lakehouse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** A sink in a JVM of its own and what became visible by it when. For one thread. */
final class SinkWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ChildJvm child;
    private final Lakehouse lakehouse;
    private final ProductName product;
    private final double launchedAtMs;
    private final List<Double> commitMs = new ArrayList<>();
    /** Snapshots of the latest table to when they were in force, until they can be seen. */
    private final Map<Long, Double> told = new HashMap<>();

    private final Visibility visibility = new Visibility();
    private double firstCommitAtMs = -1;

    private SinkWatch(LegSettings settings, LakeConfig.Encryption encryption, ChildJvm child, double launchedAtMs) {
        this.child = child;
        this.launchedAtMs = launchedAtMs;
        this.product = settings.main().contract().name();
        this.lakehouse = Lakehouse.open(OurLeg.lake(settings, encryption));
    }

    /** Starts the sink; upkeep runs beside it unless its interval is 0. */
    static SinkWatch start(
            LegSettings settings, LakeConfig.Encryption encryption, Duration upkeepInterval, List<String> jvm) {
        Path file = Path.of(settings.folder(), "sink.json");
        settings.write(file);
        double launchedAtMs = WallClock.millis();
        return new SinkWatch(
                settings,
                encryption,
                ChildJvm.start(
                        "sink",
                        Path.of(settings.folder()),
                        jvm,
                        SinkMain.class,
                        List.of(file.toString(), encryption.name(), upkeepInterval.toString())),
                launchedAtMs);
    }

    /** Waits until every record before this offset of the one partition is in both tables. */
    void awaitVisible(long offset) {
        while (visibility.nextOffset() < offset) {
            take(child.await(PATIENCE));
        }
    }

    /** Milliseconds from the launch of its JVM to its first commit. */
    double firstCommitAfterMs() {
        return firstCommitAtMs - launchedAtMs;
    }

    /** The sink's lake, as a reader opens it. */
    Lakehouse lakehouse() {
        return lakehouse;
    }

    /** Milliseconds from the launch of its JVM until now. */
    double launchedForMs() {
        return WallClock.millis() - launchedAtMs;
    }

    Visibility visibility() {
        return visibility;
    }

    List<Double> commitMs() {
        return commitMs;
    }

    ProcessMeter meter() {
        return child.meter();
    }

    /** Kills it; close it all the same. */
    void kill() {
        child.kill();
    }

    /** Asks it to end. */
    @Override
    public void close() {
        child.close();
        lakehouse.close();
    }

    private void take(String line) {
        String[] words = line.split(" ", -1);
        if (!words[0].equals("commit")) {
            return;
        }
        commitMs.add(Double.parseDouble(words[2]));
        if (!words[1].endsWith(product.latestTable())) {
            return;
        }
        double atMs = Double.parseDouble(words[5]);
        told.put(Long.parseLong(words[4]), atMs);
        if (firstCommitAtMs < 0) {
            firstCommitAtMs = atMs;
        }
        Table latest = lakehouse.catalog().loadTable(TableIdentifier.of(product.namespace(), product.latestTable()));
        told.entrySet().removeIf(commit -> {
            Snapshot snapshot = latest.snapshot(commit.getKey());
            if (snapshot == null) {
                return false;
            }
            Long next = Lakehouse.offsets(snapshot).get(0);
            if (next != null) {
                visibility.committed(next, commit.getValue());
            }
            return true;
        });
    }
}
