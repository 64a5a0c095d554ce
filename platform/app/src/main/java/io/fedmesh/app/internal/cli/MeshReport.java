package io.fedmesh.app.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.RunState;
import io.fedmesh.app.internal.localmesh.StatusClient;
import io.fedmesh.local.PartStatus;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a local mesh is, as its run state and its processes' own answers say. */
final class MeshReport {
    private MeshReport() {}

    /** Prints it; true when everything is well. */
    static boolean print(MeshHome home, io.fedmesh.access.ResultFormat format, PrintStream out) {
        Optional<RunState> said = home.said();
        boolean runs = said.filter(RunState::isRunning).isPresent();
        Rows components = new Rows("component", "state", "address", "pid", "note");
        Rows products = new Rows("product", "captured", "lag", "freshness p50 ms", "freshness p99 ms");
        boolean well = runs && said.get().phase() == RunState.Phase.READY;
        if (runs) {
            RunState state = said.get();
            for (PartStatus part : state.parts()) {
                boolean alive = ProcessHandle.of(part.pid())
                        .filter(ProcessHandle::isAlive)
                        .isPresent();
                components.add(part.part(), alive ? "running" : "gone", part.address(), part.pid(), "");
                well &= alive;
            }
            StatusClient client = new StatusClient();
            for (RunState.WorkerState worker : state.processes()) {
                well &= add(components, products, worker, client.status(worker.healthPort()));
            }
        }
        String phase = runs
                ? said.get().phase().toString().toLowerCase(java.util.Locale.ROOT)
                : said.isPresent() ? "failed" : "down";
        String step = said.map(RunState::step).orElse("");
        switch (format) {
            case TABLE -> {
                out.println("mesh " + phase + (step.isEmpty() ? "" : " (" + step + ")") + "  " + home.folder());
                if (runs) {
                    out.println();
                    components.print(format, out);
                    if (!products.isEmpty()) {
                        out.println();
                        products.print(format, out);
                    }
                }
            }
            case CSV -> components.print(format, out);
            case JSON -> {
                Map<String, Object> whole = new LinkedHashMap<>();
                whole.put("phase", phase);
                whole.put("step", step);
                whole.put("home", home.folder().toString());
                whole.put("components", components.objects());
                whole.put("products", products.objects());
                out.println(Json.line(whole));
            }
        }
        return well;
    }

    private static boolean add(Rows components, Rows products, RunState.WorkerState worker, Optional<JsonNode> status) {
        String address = "http://127.0.0.1:" + worker.healthPort();
        if (status.isEmpty()) {
            components.add(worker.name(), "silent", address, worker.pid(), restarts(worker));
            return false;
        }
        boolean well = true;
        for (JsonNode component : status.get().path("components")) {
            String state = component.path("state").asText();
            well &= state.equals("running");
            List<String> notes = new ArrayList<>();
            if (!component.path("message").asText().isEmpty()) {
                notes.add(component.path("message").asText());
            }
            if (worker.restarts() > 0) {
                notes.add(restarts(worker));
            }
            components.add(component.path("name").asText(), state, address, worker.pid(), String.join("; ", notes));
            for (JsonNode product : component.path("products")) {
                products.add(
                        product.path("product").asText(),
                        number(product.path("captured")),
                        number(product.path("lag")),
                        number(product.path("freshnessP50Ms")),
                        number(product.path("freshnessP99Ms")));
            }
        }
        return well;
    }

    private static @Nullable Long number(JsonNode node) {
        return node.isNumber() ? node.longValue() : null;
    }

    private static String restarts(RunState.WorkerState worker) {
        return worker.restarts() == 0 ? "" : Surroundings.count(worker.restarts(), "restart");
    }
}
