package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Child;
import java.nio.file.Path;

/**
 * The JVM of a leg: reads the warm topic, then the main topic, and tells its parent {@code begun <topic> <cpu> <ns>} at the
 * first record, {@code commit ...} at each commit and {@code done <topic> <cpu> <ns>} when all is committed. Arguments: the
 * leg, the file of its settings.
 */
public final class LegMain {
    /** Brings one topic into its table and comes back when all of it is committed. */
    interface Run {
        void run(LegSettings.Part part) throws Exception;
    }

    private LegMain() {}

    public static void main(String[] arguments) throws Exception {
        Child.leash();
        Leg leg = Leg.parse(arguments[0]);
        LegSettings settings = LegSettings.read(Path.of(arguments[1]));
        try {
            Run run = leg == Leg.PEER
                    ? PeerLeg.start(settings)
                    : leg.isOurs() ? new OurLeg(leg, settings) : new FloorLeg(leg, settings);
            run.run(settings.warm());
            run.run(settings.main());
        } catch (Exception | Error e) {
            e.printStackTrace();
            System.err.flush();
            Runtime.getRuntime().halt(1);
        }
        Thread.sleep(Long.MAX_VALUE); // the parent looks at what this process has used, then lets go of the leash
    }

    /** Tells that the topic is in the table. */
    static void done(LegSettings.Part part) {
        Child.tell("done " + part.topic() + " " + Child.cpuSeconds() + " " + System.nanoTime());
    }
}
