package io.fedmesh.faults.internal;

import io.fedmesh.contract.failpoint.Charge;
import io.fedmesh.contract.failpoint.Failpoint;
import io.fedmesh.contract.failpoint.Failpoint.Mode;
import io.fedmesh.testkit.faults.HttpFront;
import io.fedmesh.testkit.faults.HttpRule;
import io.fedmesh.testkit.faults.HttpRule.Action;
import io.fedmesh.testkit.faults.KmsServer;
import io.fedmesh.testkit.faults.Signals;
import io.fedmesh.testkit.faults.TcpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Every fault that a schedule can draw: the catalogue as far as it concerns capture, topologies and sink. */
final class Faults {
    private static final String CAPTURE = "cdc";
    private static final String STREAM = "stream";
    private static final String SINK = "sink";
    private static final String UPKEEP = "upkeep";
    private static final int LEAST_HEAP_MB = 10;
    private static final int MANY = 1_000_000;
    private static final String UNAVAILABLE =
            "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>ordered</Message></Error>";

    private final List<Fault> all = new ArrayList<>();

    private Faults() {}

    /** All of them, always in the same order. */
    static List<Fault> all() {
        Faults faults = new Faults();
        faults.processes();
        faults.failpoints();
        faults.networks();
        faults.servers();
        faults.store();
        faults.registryAndKeys();
        faults.all.addAll(SourceFaults.all());
        return List.copyOf(faults.all);
    }

    private void add(String catalogue, String name, Fault.Beginning beginning) {
        all.add(new Fault(catalogue, name, beginning));
    }

    private void processes() {
        killed("F1", CAPTURE);
        killed("F3", STREAM);
        killed("F2", SINK);
        killed("F33", UPKEEP);
        stopped("F6", CAPTURE);
        stopped("F3", STREAM);
        stopped("F7", SINK);
        stopped("F33", UPKEEP);
        twin("F6", CAPTURE);
        twin("F3", STREAM);
        twin("F7", SINK);
        add("F7", "sink stands still while another takes over", (mesh, random) -> {
            String victim = one(mesh, SINK, random);
            long pid = mesh.crew.pid(victim);
            mesh.crew.expectEnd(victim);
            boolean told = Signals.stop(pid);
            String twin = mesh.crew.startTwin(victim);
            return Strike.lasting(between(random, 9_000, 12_000), () -> told ? 1 : 0, () -> {
                Signals.proceed(pid);
                mesh.crew.endTwin(twin);
            });
        });
        squeezed(CAPTURE);
        squeezed(STREAM);
        squeezed(SINK);
        squeezed(UPKEEP);
        add("F20", "a topic is delivered to its tables once more", Commands::replay);
        add("F33", "a table is rebuilt from its history", Commands::rebuild);
        add("F33", "a round of upkeep beside all", (mesh, random) -> Commands.upkeep(mesh));
        add("F2", "sink is killed and its key index is lost", (mesh, random) -> {
            String victim = one(mesh, SINK, random);
            mesh.crew.kill(victim);
            boolean deleted = Trees.delete(mesh.home().state().resolve("sink"));
            return Strike.done(deleted ? 1 : 0);
        });
    }

    private void killed(String catalogue, String kind) {
        add(catalogue, kind + " is killed", (mesh, random) -> {
            mesh.crew.kill(one(mesh, kind, random));
            return Strike.done(1);
        });
    }

    /** It has too little memory to begin, or to go on. */
    private void squeezed(String kind) {
        add("F23", kind + " runs out of memory", (mesh, random) -> {
            String victim = one(mesh, kind, random);
            int before = mesh.crew.ownEnds(victim);
            mesh.crew.squeeze(victim, LEAST_HEAP_MB + random.nextInt(LEAST_HEAP_MB));
            return Strike.lasting(0, () -> mesh.crew.ownEnds(victim) - before, () -> mesh.crew.relieve(victim));
        });
    }

    private void stopped(String catalogue, String kind) {
        add(catalogue, kind + " stands still", (mesh, random) -> {
            long pid = mesh.crew.pid(one(mesh, kind, random));
            boolean told = Signals.stop(pid);
            return Strike.lasting(between(random, 3_000, 7_000), () -> told ? 1 : 0, () -> Signals.proceed(pid));
        });
    }

    /** Two processes of one kind at once; the second is killed. */
    private void twin(String catalogue, String kind) {
        add(catalogue, "a second " + kind + " comes and is killed", (mesh, random) -> {
            String first = one(mesh, kind, random);
            mesh.crew.expectEnd(first);
            String twin = mesh.crew.startTwin(first);
            return Strike.lasting(between(random, 6_000, 10_000), () -> 1, () -> mesh.crew.endTwin(twin));
        });
    }

    private void failpoints() {
        for (Failpoint point : Failpoint.values()) {
            String kind = point.toString().startsWith("capture")
                    ? CAPTURE
                    : point.toString().startsWith("stream") ? STREAM : SINK;
            if (point == Failpoint.CAPTURE_IN_SNAPSHOT || point == Failpoint.CAPTURE_SNAPSHOT_CLAIMED) {
                continue; // with a snapshot: see SourceFaults
            }
            failpoint(point, kind, Mode.HALT);
            if (kind.equals(SINK) || point == Failpoint.CAPTURE_AFTER_SEND || point == Failpoint.CAPTURE_AFTER_COMMIT) {
                failpoint(point, kind, Mode.THROW);
            }
        }
    }

    private void failpoint(Failpoint point, String kind, Mode mode) {
        String catalogue = kind.equals(CAPTURE) ? "F1" : kind.equals(STREAM) ? "F3" : "F2";
        add(catalogue, point + " " + mode.name().toLowerCase(Locale.ROOT), (mesh, random) -> {
            String victim = one(mesh, kind, random);
            // Places in the loop over records are passed thousands of times.
            boolean isPerRecord = point == Failpoint.SINK_IN_BATCH || point == Failpoint.STREAM_OUTPUT;
            int nth = 1 + random.nextInt(isPerRecord ? 300 : 4);
            long before = mesh.crew.strikes(victim);
            mesh.crew.expectEnd(victim);
            mesh.crew.arm(victim, List.of(new Charge(point, nth, mode, 0)));
            return Strike.lasting(0, () -> mesh.crew.strikes(victim) - before, () -> mesh.crew.arm(victim, List.of()));
        });
    }

    private void networks() {
        network("F5", "the brokers", mesh -> mesh.brokers);
        network("F13", "the source database", mesh -> mesh.source);
        network("F10", "the catalog", mesh -> mesh.catalog);
        add("F10", "the catalog's answer to a commit is lost", (mesh, random) -> {
            long before = mesh.catalog.bites();
            mesh.catalog.loseResponseTo("UPDATE iceberg_tables", 1 + random.nextInt(3));
            return Strike.lasting(0, () -> mesh.catalog.bites() - before, () -> mesh.catalog.loseResponseTo("", 0));
        });
    }

    private void network(String catalogue, String what, Function<FaultyMesh, TcpProxy> proxy) {
        for (TcpProxy.Mode mode : List.of(
                TcpProxy.Mode.REFUSE,
                TcpProxy.Mode.HOLD,
                TcpProxy.Mode.DEAF,
                TcpProxy.Mode.DELAY,
                TcpProxy.Mode.THROTTLE)) {
            String how = switch (mode) {
                case REFUSE -> "cannot be reached";
                case HOLD -> "are beyond a black hole";
                case DEAF -> "do all, and their answers are lost";
                case DELAY -> "answer late";
                case THROTTLE -> "are at the end of a thin line";
                case PASS -> throw new IllegalStateException();
            };
            add(catalogue, what + ": " + how, (mesh, random) -> {
                TcpProxy network = proxy.apply(mesh);
                long before = network.bites();
                network.behave(mode);
                return Strike.lasting(
                        between(random, 2_000, 5_000),
                        () -> network.bites() - before,
                        () -> network.behave(TcpProxy.Mode.PASS));
            });
        }
        add(catalogue, what + ": every connection is reset", (mesh, random) -> {
            TcpProxy network = proxy.apply(mesh);
            long before = network.bites();
            network.reset();
            return Strike.done(network.bites() - before);
        });
    }

    private void servers() {
        add("F4", "the broker is killed and comes back", (mesh, random) -> {
            mesh.crashKafka();
            return Strike.done(1);
        });
        add("F13", "the source database and catalog are killed and come back", (mesh, random) -> {
            mesh.crashPostgres();
            return Strike.done(1);
        });
    }

    private void store() {
        answers("F8", "the store fails with 500", Action.ANSWER, ".*", 500, "InternalError");
        answers("F8", "the store asks to slow down (503)", Action.ANSWER, ".*", 503, "SlowDown");
        answers("F8", "the store refuses writes with 412", Action.ANSWER, "PUT .*", 412, "PreconditionFailed");
        answers("F8", "the store refuses writes with 409", Action.ANSWER, "PUT .*", 409, "OperationAborted");
        answers("F8", "the store writes and says 500", Action.APPLY_AND_ANSWER, "PUT .*", 500, "InternalError");
        rule(
                "F8",
                "the store writes and its answer is lost",
                random -> HttpRule.cut(Action.APPLY_AND_LOSE, "PUT .*", 1 + random.nextInt(12)));
        rule(
                "F8",
                "the store writes metadata and its answer is lost",
                random -> HttpRule.cut(Action.APPLY_AND_LOSE, "PUT .*metadata\\.json.*", 1 + random.nextInt(4)));
        rule(
                "F9",
                "the store gets half a file",
                random -> HttpRule.cut(Action.CUT_REQUEST, "PUT .*", 1 + random.nextInt(12)));
        rule(
                "F8",
                "the store's answers are cut",
                random -> HttpRule.cut(Action.CUT_RESPONSE, "GET .*", 1 + random.nextInt(12)));
        rule("F8", "the store is slow", random -> HttpRule.slow(".*", between(random, 500, 2_500), 40));
    }

    private void answers(String catalogue, String name, Action action, String requests, int status, String code) {
        rule(
                catalogue,
                name,
                random ->
                        HttpRule.answer(action, requests, status, UNAVAILABLE.formatted(code), 3 + random.nextInt(60)));
    }

    private void rule(String catalogue, String name, Function<RandomGenerator, HttpRule> rule) {
        add(catalogue, name, (mesh, random) -> fronted(mesh.store, rule.apply(random), between(random, 2_000, 5_000)));
    }

    private static Strike fronted(HttpFront front, HttpRule rule, long lengthMs) {
        front.add(rule);
        return Strike.lasting(lengthMs, rule::bites, () -> front.remove(rule));
    }

    private void registryAndKeys() {
        registry("is away (503)", HttpRule.answer(Action.ANSWER, ".*", 503, "{\"error_code\":50003}", MANY));
        registry("lets nobody in (401)", HttpRule.answer(Action.ANSWER, ".*", 401, "{\"error_code\":40101}", MANY));
        registry("cuts its answers", HttpRule.cut(Action.CUT_RESPONSE, ".*", MANY));
        registry("is slow", HttpRule.slow(".*", 1_500, MANY));
        for (KmsServer.Failure failure : KmsServer.Failure.values()) {
            if (failure != KmsServer.Failure.NONE) {
                String how = failure.name().toLowerCase(Locale.ROOT).replace('_', ' ');
                add("F27", "the key service: " + how, (mesh, random) -> {
                    long before = mesh.keys.bites();
                    mesh.keys.fail(failure);
                    // It remembers keys for minutes: one that starts must ask.
                    mesh.crew.kill(one(mesh, SINK, random));
                    return Strike.lasting(
                            between(random, 3_000, 5_000),
                            () -> mesh.keys.bites() - before,
                            () -> mesh.keys.fail(KmsServer.Failure.NONE));
                });
            }
        }
    }

    /** A process that runs remembers schemas: one that starts must ask. */
    private void registry(String name, HttpRule template) {
        add("F12", "the registry " + name, (mesh, random) -> {
            List<String> victims = new ArrayList<>();
            for (String kind : List.of(CAPTURE, STREAM, SINK)) {
                victims.addAll(mesh.crew.names(kind));
            }
            mesh.crew.kill(victims.get(random.nextInt(victims.size())));
            HttpRule rule = template.again();
            return fronted(mesh.registry, rule, between(random, 3_000, 6_000));
        });
    }

    private static String one(FaultyMesh mesh, String kind, RandomGenerator random) {
        List<String> names = mesh.crew.names(kind);
        return names.get(random.nextInt(names.size()));
    }

    private static long between(RandomGenerator random, int least, int most) {
        return least + random.nextInt(most - least);
    }
}
