package io.fedmesh.faults.internal;

import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.InvalidConfigException;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.cdc.Capture;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.failpoint.Charge;
import io.fedmesh.contract.failpoint.Failpoint;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** A source is captured anew from a snapshot while its rows change, as after a lost slot. */
final class Resync {
    private static final int MAX_BATCHES = 3;
    private static final int MAX_TRIES = 100;
    private static final long PAUSE_NANOS = 500_000_000;
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final FaultyMesh mesh;
    private final String principal;
    private final List<Charge> charges;
    private final long strikesBefore;
    private volatile boolean isAskedFor;
    private boolean isResumed;

    private Resync(FaultyMesh mesh, Source source, List<Charge> charges) {
        this.mesh = mesh;
        this.principal = Names.principal(source.domain(), "cdc");
        this.charges = charges;
        this.strikesBefore = mesh.crew.strikes(principal);
    }

    /** The capture is killed within the snapshot. */
    static Strike interrupted(FaultyMesh mesh, RandomGenerator random) {
        Failpoint point = random.nextInt(3) == 0 ? Failpoint.CAPTURE_SNAPSHOT_CLAIMED : Failpoint.CAPTURE_IN_SNAPSHOT;
        int nth = point == Failpoint.CAPTURE_IN_SNAPSHOT ? 1 + random.nextInt(MAX_BATCHES) : 1;
        return begin(mesh, random, List.of(new Charge(point, nth, Failpoint.Mode.HALT, 0)));
    }

    static Strike undisturbed(FaultyMesh mesh, RandomGenerator random) {
        return begin(mesh, random, List.of());
    }

    private static Strike begin(FaultyMesh mesh, RandomGenerator random, List<Charge> charges) {
        List<Source> sources = mesh.contracts().sources();
        Source source = sources.get(random.nextInt(sources.size()));
        Resync resync = new Resync(mesh, source, charges);
        mesh.takeInHand(List.of(resync.principal));
        mesh.crew.halt(resync.principal);
        ask(mesh, source, () -> resync.isAskedFor = true);
        return Strike.stepping(BOUND, resync::bites, resync::step, resync::heal);
    }

    private void step() {
        if (isAskedFor && !isResumed) {
            isResumed = true;
            mesh.crew.arm(principal, charges);
            mesh.crew.resume(principal);
            mesh.crew.expectEnd(principal);
        }
    }

    private long bites() {
        if (!isResumed) {
            return 0;
        }
        return charges.isEmpty() ? 1 : mesh.crew.strikes(principal) - strikesBefore;
    }

    private void heal() {
        mesh.crew.arm(principal, List.of());
        mesh.crew.resume(principal);
        mesh.letGo(principal);
    }

    /**
     * Asks for a re-sync on a thread of its own: it waits for what is away. The capture must not run meanwhile.
     *
     * @param asked run when the request stands
     */
    static void ask(FaultyMesh mesh, Source source, Runnable asked) {
        Thread thread = new Thread(() -> insist(mesh, source, asked), "campaign-resync");
        thread.setDaemon(true);
        thread.start();
    }

    private static void insist(FaultyMesh mesh, Source source, Runnable asked) {
        for (int i = 1; ; i++) {
            try {
                request(mesh, source, asked);
                return;
            } catch (RuntimeException e) { // another fault has taken away what it needs
                if (i == MAX_TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static void request(FaultyMesh mesh, Source source, Runnable asked) {
        String principal = Names.principal(source.domain(), "cdc");
        try {
            Connections connections = new Connections(ConfigFile.read(mesh.readingConfig()), Map.of());
            MeshConfig.Database database = connections.source(source.connection());
            MeshConfig.Login login = database.user(principal);
            new Capture(
                            new CaptureConfig(
                                    source,
                                    mesh.contracts().products(),
                                    new CaptureConfig.DatabaseConnection(
                                            database.host(),
                                            database.port(),
                                            database.database(),
                                            login.user(),
                                            connections.reveal(login.password())),
                                    connections.kafka(principal),
                                    "mesh-faults-resync",
                                    CaptureConfig.Bounds.DEFAULT),
                            connections.registry(),
                            new SecureRandom())
                    .requestResync();
            asked.run();
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
    }
}
