package io.fedmesh.local;

import io.fedmesh.local.internal.Home;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All third-party parts of a mesh on this machine: PostgreSQL, Kafka, the registry, S3, and the keyring. They start side by
 * side and stop in order, the ones that others lean on last. Safe for use by several threads.
 */
public final class LocalMesh implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMesh.class);

    private static final List<String> PARTS = List.of("postgres", "kafka", "registry", "s3");

    /** Told of every part, from the thread that starts it. */
    public interface Progress {
        /** Tells nobody. */
        Progress SILENT = new Progress() {
            @Override
            public void starting(String part) {}

            @Override
            public void ready(PartStatus status, Duration took) {}
        };

        /** The part's start begins. */
        void starting(String part);

        /**
         * The part serves clients.
         *
         * @param took the time since its start began
         */
        void ready(PartStatus status, Duration took);
    }

    private final LocalPostgres postgres;
    private final LocalKafka kafka;
    private final LocalRegistry registry;
    private final LocalS3 s3;
    private final LocalKeyring keyring;

    private LocalMesh(
            LocalPostgres postgres, LocalKafka kafka, LocalRegistry registry, LocalS3 s3, LocalKeyring keyring) {
        this.postgres = postgres;
        this.kafka = kafka;
        this.registry = registry;
        this.s3 = s3;
        this.keyring = keyring;
    }

    /**
     * Starts all parts and waits for them. When one does not come up, the others are stopped.
     *
     * @param home the mesh's folder; made owner-only if it is missing
     * @throws IllegalStateException if a part does not come up; failures of further parts are suppressed in it
     */
    public static LocalMesh start(Path home, Progress progress) {
        return start(home, progress, () -> LocalKafka.start(home));
    }

    /** As {@link #start(Path, Progress)}, the broker behind a front: see {@link LocalKafka#startBehind}. */
    public static LocalMesh startBehind(Path home, Progress progress, int kafkaFrontPort) {
        return start(home, progress, () -> LocalKafka.startBehind(home, kafkaFrontPort));
    }

    private static LocalMesh start(Path home, Progress progress, Callable<LocalKafka> newKafka) {
        Home.open(home, new SecureRandom()).emptyTemporaryFolder(PARTS);
        ExecutorService threads = Executors.newFixedThreadPool(4, task -> {
            Thread thread = new Thread(task, "local-mesh-start");
            thread.setDaemon(true);
            return thread;
        });
        try {
            // Kafka first: it takes longest.
            Future<LocalKafka> kafka = threads.submit(timed("kafka", progress, newKafka, LocalKafka::status));
            Future<LocalRegistry> registry =
                    threads.submit(timed("registry", progress, () -> LocalRegistry.start(home), LocalRegistry::status));
            Future<LocalPostgres> postgres =
                    threads.submit(timed("postgres", progress, () -> LocalPostgres.start(home), LocalPostgres::status));
            Future<LocalS3> s3 = threads.submit(timed("s3", progress, () -> LocalS3.start(home), LocalS3::status));
            List<AutoCloseable> started = new ArrayList<>();
            List<RuntimeException> failures = new ArrayList<>();
            LocalRegistry registryUp = await(registry, started, failures);
            LocalS3 s3Up = await(s3, started, failures);
            LocalKafka kafkaUp = await(kafka, started, failures);
            LocalPostgres postgresUp = await(postgres, started, failures);
            if (!failures.isEmpty()) {
                RuntimeException first = failures.get(0);
                failures.stream().skip(1).forEach(first::addSuppressed);
                closeAll(started);
                throw first;
            }
            return new LocalMesh(
                    Objects.requireNonNull(postgresUp),
                    Objects.requireNonNull(kafkaUp),
                    Objects.requireNonNull(registryUp),
                    Objects.requireNonNull(s3Up),
                    LocalKeyring.open(home));
        } finally {
            threads.shutdown();
        }
    }

    /** The database server. */
    public LocalPostgres postgres() {
        return postgres;
    }

    /** The broker. */
    public LocalKafka kafka() {
        return kafka;
    }

    /** The schema registry. */
    public LocalRegistry registry() {
        return registry;
    }

    /** The object store. */
    public LocalS3 s3() {
        return s3;
    }

    /** The stand-in for the key management service. */
    public LocalKeyring keyring() {
        return keyring;
    }

    /** Every part's address, process and health at this moment. */
    public List<PartStatus> status() {
        return List.of(postgres.status(), kafka.status(), registry.status(), s3.status());
    }

    /** Stops all parts; a part that does not stop is killed. */
    @Override
    public void close() {
        closeAll(List.of(registry, s3, kafka, postgres, keyring));
    }

    private static <T> Callable<T> timed(
            String part, Progress progress, Callable<T> start, java.util.function.Function<T, PartStatus> status) {
        return () -> {
            long begin = System.nanoTime();
            progress.starting(part);
            T started = start.call();
            progress.ready(status.apply(started), Duration.ofNanos(System.nanoTime() - begin));
            return started;
        };
    }

    private static <T extends AutoCloseable> @Nullable T await(
            Future<T> future, List<AutoCloseable> started, List<RuntimeException> failures) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    T part = future.get();
                    started.add(part);
                    return part;
                } catch (InterruptedException e) {
                    interrupted = true; // a start is bounded in time; only its end tells what there is to stop
                } catch (ExecutionException e) {
                    failures.add(
                            e.getCause() instanceof RuntimeException failure
                                    ? failure
                                    : new IllegalStateException("[local] a part must start but did not", e.getCause()));
                    return null;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeAll(List<? extends AutoCloseable> parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("Part did not stop part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
