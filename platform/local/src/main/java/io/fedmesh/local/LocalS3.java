package io.fedmesh.local;

import io.fedmesh.local.internal.Child;
import io.fedmesh.local.internal.ChildJvm;
import io.fedmesh.local.internal.Home;
import io.fedmesh.local.internal.Loopback;
import io.fedmesh.local.internal.Parts;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An S3 server (S3Proxy over a folder) in its own process, ended with this one. It listens on loopback, wants requests
 * signed by SigV4 and has one bucket. It knows no server-side encryption: what must not lie readable is encrypted before it
 * is put. Data survives a restart on the same home. Safe for use by several threads.
 */
public final class LocalS3 implements AutoCloseable {
    /** Largest part that a client may put at once, in bytes: the server holds it in memory to check its signature. */
    public static final int MAX_PART_BYTES = 32 << 20;

    private static final String PART = "s3";
    private static final String BUCKET = "mesh";
    private static final int HEAP_MB = 256;
    private static final int MAX_OBJECT_BYTES = 1 << 30;
    private static final Duration START_TIME = Duration.ofSeconds(120);
    private static final Duration STOP_TIME = Duration.ofSeconds(10);

    private final Home home;
    private final FileChannel lock;
    private final Child child;
    private final int port;

    private LocalS3(Home home, FileChannel lock, Child child, int port) {
        this.home = home;
        this.lock = lock;
        this.child = child;
        this.port = port;
    }

    /**
     * Starts the server and waits until it takes requests.
     *
     * @param home the mesh's folder; made owner-only if it is missing
     * @throws IllegalStateException if the server runs already in this home, or does not come up
     */
    public static LocalS3 start(Path home) {
        Home opened = Home.open(home, new SecureRandom());
        FileChannel lock = opened.lock(PART);
        try {
            Child.reap(opened, PART);
            int port = opened.port(PART);
            // Owner-only folders are private buckets: the server derives a bucket's access from its folder's
            // permissions.
            opened.folder(PART, "data", BUCKET);
            Path settings = opened.folder(PART).resolve("s3proxy.properties");
            opened.write(settings, settings(opened, port));
            Path logging = opened.folder(PART).resolve("logback.xml");
            opened.write(logging, LOGBACK);
            Child child = Child.start(
                    opened,
                    PART,
                    ChildJvm.command(
                            opened,
                            HEAP_MB,
                            List.of("-XX:TieredStopAtLevel=1", "-Dlogback.configurationFile=" + logging),
                            List.of("-jar", Parts.s3().toString(), "--properties", settings.toString())),
                    Map.of());
            child.awaitReady(START_TIME, () -> Loopback.accepts(port));
            return new LocalS3(opened, lock, child, port);
        } catch (RuntimeException e) {
            Home.unlock(lock);
            throw e;
        }
    }

    /** Where clients reach it, by path-style requests. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The one access key's name. */
    public String accessKey() {
        return home.secret(PART + ".access-key");
    }

    /** The access key's secret: never print it. */
    public String secretKey() {
        return home.secret(PART + ".secret-key");
    }

    /** The owner-only file that holds the access key's name. */
    public Path accessKeyFile() {
        return home.secretFile(PART + ".access-key");
    }

    /** The owner-only file that holds the access key's secret. */
    public Path secretKeyFile() {
        return home.secretFile(PART + ".secret-key");
    }

    /** The bucket's name. */
    public String bucket() {
        return BUCKET;
    }

    /** The folder whose files are the bucket's objects. */
    public Path bucketFolder() {
        return home.folder(PART, "data", BUCKET);
    }

    /** Address, process and health at this moment. */
    public PartStatus status() {
        return new PartStatus(PART, endpoint().toString(), child.pid(), child.isAlive() && Loopback.accepts(port));
    }

    /** Stops the server; kills it when it takes too long. */
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

    private static String settings(Home home, int port) {
        return String.join(
                "\n",
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v4",
                "s3proxy.identity=" + home.secret(PART + ".access-key"),
                "s3proxy.credential=" + home.secret(PART + ".secret-key"),
                "s3proxy.v4-max-non-chunked-request-size=" + MAX_PART_BYTES,
                "s3proxy.v4-max-chunk-size=" + MAX_PART_BYTES,
                "s3proxy.max-single-part-object-size=" + MAX_OBJECT_BYTES,
                "s3proxy.jetty.max-threads=32",
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + home.folder(PART, "data"),
                "");
    }

    private static final String LOGBACK = """
            <configuration>
              <statusListener class="ch.qos.logback.core.status.NopStatusListener"/>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{ISO8601,UTC} %-5level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;
}
