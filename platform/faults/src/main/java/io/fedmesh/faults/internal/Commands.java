package io.fedmesh.faults.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.app.internal.cli.Cli;
import io.fedmesh.app.internal.cli.Console;
import io.fedmesh.contract.Contract;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * An operator's commands on the lake beside the sink, by the same network and store that fail for the sink. One that a
 * fault ends early has bitten all the same: it will be given again.
 */
final class Commands {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final FaultyMesh mesh;
    private final List<String> command;
    private final List<String> counted;
    private final LongConsumer answered;
    private long count; // published by isDone
    private volatile boolean isDone;

    /**
     * @param counted columns of the answer whose numbers are added up
     * @param answered told the sum when the command came to its end
     */
    private Commands(FaultyMesh mesh, List<String> command, List<String> counted, LongConsumer answered) {
        this.mesh = mesh;
        this.command = command;
        this.counted = counted;
        this.answered = answered;
    }

    /** A round of upkeep of every table. */
    static Strike upkeep(FaultyMesh mesh) {
        return new Commands(
                        mesh,
                        List.of("lake", "upkeep"),
                        List.of("filesBefore", "vectors", "manifests", "snapshots"),
                        count -> {})
                .begin();
    }

    /** A product's records are all delivered once more: its tables must have them already. */
    static Strike replay(FaultyMesh mesh, RandomGenerator random) {
        return repair(mesh, random, "replay", "--from", "earliest");
    }

    /** A product's latest table is compared with its history and mended: nothing must want mending. */
    static Strike rebuild(FaultyMesh mesh, RandomGenerator random) {
        return repair(mesh, random, "rebuild");
    }

    private static Strike repair(FaultyMesh mesh, RandomGenerator random, String verb, String... options) {
        List<Contract> products = mesh.contracts().products();
        String product = products.get(random.nextInt(products.size())).name().toString();
        List<String> command = new ArrayList<>(List.of("lake", verb, product));
        command.addAll(Arrays.asList(options));
        return new Commands(mesh, command, List.of("added", "latestAdded", "latestRemoved"), count -> {
                    if (count != 0) {
                        mesh.found("[" + product + "] a " + verb + " must find nothing to mend but mended " + count
                                + " rows");
                    }
                })
                .begin();
    }

    private Strike begin() {
        Thread thread = new Thread(this::run, "campaign-command");
        thread.setDaemon(true);
        thread.start();
        return Strike.stepping(BOUND, () -> isDone ? Math.max(1, count) : 0, () -> {}, () -> {});
    }

    private void run() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of("-o", "json"));
        int exit = Cli.run(
                new Console(printed, nowhere, false),
                Map.of("MESH_CONFIG", mesh.faultyConfig().toString(), "USER", "campaign"),
                arguments.toArray(String[]::new));
        try {
            JsonNode answer = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
            if (answer != null) { // null when a fault met the command
                for (int i = 0; i < answer.path("columns").size(); i++) {
                    if (counted.contains(answer.path("columns").get(i).asText())) {
                        for (JsonNode row : answer.path("rows")) {
                            count += row.path(i).asLong();
                        }
                    }
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the command line's JSON must be JSON", e);
        }
        if (exit == 0) {
            answered.accept(count);
        }
        isDone = true;
    }
}
