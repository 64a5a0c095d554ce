package io.fedmesh.cdc.internal;

import io.fedmesh.local.LocalPostgres;
import io.fedmesh.testkit.Broker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;

/** The real parts, started at first use and once for all tests of the JVM; they end with it. */
@NullUnmarked
final class Parts {
    private static final Path HOME = home();
    private static LocalPostgres postgres;
    private static Broker broker;

    private Parts() {}

    static synchronized LocalPostgres postgres() {
        if (postgres == null) {
            postgres = LocalPostgres.start(HOME);
        }
        return postgres;
    }

    static synchronized Broker broker() {
        if (broker == null) {
            broker = Broker.start(HOME);
        }
        return broker;
    }

    /** SIGKILL, and after the action a new server on the same data. */
    static synchronized void withoutPostgres(Runnable action) {
        postgres.kill();
        try {
            action.run();
        } finally {
            postgres = LocalPostgres.start(HOME);
        }
    }

    private static Path home() {
        try {
            return Files.createTempDirectory("cdc-it").resolve("mesh");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
