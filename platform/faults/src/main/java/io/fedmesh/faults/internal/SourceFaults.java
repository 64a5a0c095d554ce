package io.fedmesh.faults.internal;

import io.fedmesh.contract.failpoint.Charge;
import io.fedmesh.contract.failpoint.Failpoint;
import java.util.List;
import java.util.random.RandomGenerator;

/** Faults that begin at the source: its log, its rows, its columns. */
final class SourceFaults {
    private static final int MAX_BATCHES = 3;

    private SourceFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault("F14", "the source fails over to another timeline", LostPosition::failedOver),
                new Fault("F15", "the slot is dropped", LostPosition::slotDropped),
                new Fault("F15", "the slot is moved by hand", LostPosition::slotAdvanced),
                new Fault("F15", "the log outgrows what is kept for slots", LostPosition::logOutgrown),
                new Fault("F16", "a re-sync's snapshot is interrupted", Resync::interrupted),
                new Fault("F16", "a re-sync while rows change", Resync::undisturbed),
                new Fault("F17", "long transactions, and capture is killed in them", SourceFaults::longTransactions),
                new Fault("F18", "a value of nearly the largest size, and changes beside it", HardRows::largeValue),
                new Fault("F19", "columns come and go that no contract names", StrangeColumns::begin),
                new Fault("F21", "records that nobody can read come on a topic", Poison::begin),
                new Fault("F26", "one row changes over and over", HardRows::hotRow));
    }

    private static Strike longTransactions(FaultyMesh mesh, RandomGenerator random) {
        List<String> captures = mesh.crew.names("cdc");
        String victim = captures.get(random.nextInt(captures.size()));
        Failpoint point = random.nextBoolean() ? Failpoint.CAPTURE_AFTER_SEND : Failpoint.CAPTURE_AFTER_COMMIT;
        mesh.crew.expectEnd(victim);
        mesh.crew.arm(victim, List.of(new Charge(point, 1 + random.nextInt(MAX_BATCHES), Failpoint.Mode.HALT, 0)));
        return HardRows.longTransactions(mesh, random, () -> mesh.crew.arm(victim, List.of()));
    }
}
