package io.fedmesh.faults.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.app.internal.cli.Cli;
import io.fedmesh.app.internal.cli.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Rounds of {@code mesh lake upkeep} beside the sink, by the same network and store that fail for the sink. */
final class Keeping {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final List<String> WORK = List.of("filesBefore", "vectors", "manifests", "snapshots");

    private final FaultyMesh mesh;
    private volatile long rewritten;
    private volatile boolean isDone;

    private Keeping(FaultyMesh mesh) {
        this.mesh = mesh;
    }

    static Strike begin(FaultyMesh mesh) {
        Keeping keeping = new Keeping(mesh);
        Thread thread = new Thread(keeping::run, "campaign-upkeep");
        thread.setDaemon(true);
        thread.start();
        return Strike.stepping(BOUND, () -> keeping.isDone ? Math.max(1, keeping.rewritten) : 0, () -> {}, () -> {});
    }

    private void run() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Cli.run(
                new Console(printed, nowhere, false),
                Map.of("MESH_CONFIG", mesh.faultyConfig().toString(), "USER", "campaign"),
                "lake",
                "upkeep",
                "-o",
                "json");
        try {
            JsonNode answer = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
            if (answer != null) { // null when a fault met the round: it will be taken up again
                for (int i = 0; i < answer.path("columns").size(); i++) {
                    if (WORK.contains(answer.path("columns").get(i).asText())) {
                        for (JsonNode row : answer.path("rows")) {
                            rewritten += row.path(i).asLong();
                        }
                    }
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the command line's JSON must be JSON", e);
        }
        isDone = true;
    }
}
