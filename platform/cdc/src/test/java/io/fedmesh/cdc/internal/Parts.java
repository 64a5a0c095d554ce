package io.fedmesh.cdc.internal;

import io.fedmesh.local.LocalKafka;
import io.fedmesh.local.LocalPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real parts, started once for all tests of the JVM; they end with it. */
final class Parts {
    private static final Path HOME = home();
    private static LocalPostgres postgres = LocalPostgres.start(HOME);
    private static LocalKafka kafka = LocalKafka.start(HOME);

    private Parts() {}

    static synchronized LocalPostgres postgres() {
        return postgres;
    }

    static synchronized LocalKafka kafka() {
        return kafka;
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

    /** SIGKILL, and after the action a new broker on the same data. */
    static synchronized void withoutKafka(Runnable action) {
        kafka.kill();
        try {
            action.run();
        } finally {
            kafka = LocalKafka.start(HOME);
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
