package io.fedmesh.app.internal.cli;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The id of what is done, so that it is done once however often it is tried. */
final class CommandIdOption {
    @Option(
            names = "--command",
            paramLabel = "ID",
            description = "For scripts: the same id again does it once; default: a new one.")
    @Nullable
    String given;

    String id() {
        return given == null ? "c-" + UUID.randomUUID() : given;
    }
}
