package io.fedmesh.local;

import io.fedmesh.local.internal.Child;
import io.fedmesh.local.internal.ChildJvm;
import io.fedmesh.local.internal.Home;
import io.fedmesh.local.internal.Loopback;
import io.fedmesh.local.internal.Parts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A schema registry (Apicurio, Confluent's API) in its own process, ended with this one. It listens on loopback, asks
 * nobody for a password and refuses schemas that are not backward compatible. An id that it gave out is on disk before the
 * answer, also when it is killed. Safe for use by several threads.
 */
public final class LocalRegistry implements AutoCloseable {
    private static final String PART = "registry";
    private static final int HEAP_MB = 256;
    private static final Duration START_TIME = Duration.ofSeconds(180);
    private static final Duration STOP_TIME = Duration.ofSeconds(10);
    private static final Duration REQUEST_TIME = Duration.ofSeconds(10);

    private final FileChannel lock;
    private final Child child;
    private final int port;

    private LocalRegistry(FileChannel lock, Child child, int port) {
        this.lock = lock;
        this.child = child;
        this.port = port;
    }

    /**
     * Starts the registry and waits until it takes requests.
     *
     * @param home the mesh's folder; made owner-only if it is missing
     * @throws IllegalStateException if the registry runs already in this home, or does not come up
     */
    public static LocalRegistry start(Path home) {
        Home opened = Home.open(home, new SecureRandom());
        FileChannel lock = opened.lock(PART);
        try {
            Child.reap(opened, PART);
            int port = opened.port(PART);
            Child child = Child.start(
                    opened,
                    PART,
                    ChildJvm.command(
                            opened,
                            HEAP_MB,
                            options(opened, port, opened.port(PART + ".management")),
                            List.of("-jar", Parts.registry().toString())),
                    Map.of());
            LocalRegistry registry = new LocalRegistry(lock, child, port);
            HttpClient client =
                    HttpClient.newBuilder().connectTimeout(REQUEST_TIME).build();
            child.awaitReady(START_TIME, () -> registry.refusesIncompatible(client));
            return registry;
        } catch (RuntimeException e) {
            Home.unlock(lock);
            throw e;
        }
    }

    /** Base address of Confluent's API, without a slash at its end. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
    }

    /** Address, process and health at this moment. */
    public PartStatus status() {
        return new PartStatus(PART, url().toString(), child.pid(), child.isAlive() && Loopback.accepts(port));
    }

    /** Stops the registry; kills it when it takes too long. */
    @Override
    public synchronized void close() {
        child.stop(STOP_TIME);
        Home.unlock(lock);
    }

    /** SIGKILL: for tests of what survives it. */
    public synchronized void kill() {
        child.kill();
        Home.unlock(lock);
    }

    /** Sets the default compatibility, which only a registry that is ready can do. */
    private boolean refusesIncompatible(HttpClient client) {
        if (!Loopback.accepts(port)) {
            return false;
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/config"))
                .timeout(REQUEST_TIME)
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // still starting
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[local] waiting for the registry must not be interrupted but was", e);
        }
    }

    private static List<String> options(Home home, int port, int managementPort) {
        Path database = home.folder(PART, "data").resolve("registry");
        return List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + managementPort,
                "-Dquarkus.http.access-log.enabled=false",
                "-Dquarkus.http.cors=false",
                "-Dquarkus.log.console.color=false",
                "-Dquarkus.banner.enabled=false",
                "-Dapicurio.storage.kind=sql",
                "-Dapicurio.storage.sql.kind=h2",
                // A write reaches the file before the commit returns: an id that was given out must not be given twice.
                "-Dapicurio.datasource.url=jdbc:h2:file:" + database + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                "-Dapicurio.datasource.jdbc.initial-size=2",
                "-Dapicurio.datasource.jdbc.min-size=2",
                "-Dapicurio.datasource.jdbc.max-size=10",
                "-Dapicurio.import.work-dir=" + home.folder("tmp"));
    }
}
