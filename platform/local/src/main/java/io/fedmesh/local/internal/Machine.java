package io.fedmesh.local.internal;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** What the doctor asks about this machine; tests answer in its place. */
public interface Machine {
    /** The running Java's feature version, e.g. 17. */
    int javaFeature();

    String osName();

    String osArch();

    /** Whether PostgreSQL's programs for this machine lie on the class path. */
    boolean postgresPresent();

    /** Why the registry's or the S3 server's program cannot be found; empty if both can. */
    Optional<String> missingPart();

    /** Why PostgreSQL cannot run as this user; empty if it can. */
    Optional<String> userProblem();

    /** Usable bytes where that folder is, or will be. */
    long usableBytes(Path folder);

    /** Memory of this machine or container in bytes. */
    long memoryBytes();

    /** How many files a process may open; empty if unknown or unlimited. */
    OptionalLong openFiles();

    /** Why a folder cannot be owner-only and writable; empty if it can. */
    Optional<String> folderProblem(Path folder);

    /** Why loopback does not work; empty if it does. */
    Optional<String> loopbackProblem();

    /** Whether something listens on that loopback port. */
    boolean isTaken(int port);

    /** Who listens on that port, e.g. {@code java (process 17)}; empty if unknown. */
    Optional<String> listener(int port);

    Instant now();
}
