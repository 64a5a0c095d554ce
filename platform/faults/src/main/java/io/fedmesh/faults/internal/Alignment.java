package io.fedmesh.faults.internal;

import io.fedmesh.testkit.ledger.Ledger.Event;
import io.fedmesh.testkit.ledger.Ledger.Fate;
import io.fedmesh.testkit.ledger.Ledger.Nature;
import io.fedmesh.testkit.ledger.Ledger.Told;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds for each change of the oplog the record that tells it, key by key in order, so that the change has the record's
 * version: the source does not know how capture counts. A change without a record gets a version that no record has.
 *
 * <p>A snapshot stands for the changes before it: a row of it for all up to the one that left the row in that state, and
 * its silence about a key for all up to the one that deleted the row. What was changed when the log stood beyond the
 * snapshot's position, a snapshot never stands for.
 *
 * <p>A key that only a stranger's record gave the topic is not the source's, and a snapshot's deletion of it is right.
 */
final class Alignment {
    private static final int NOT_TOLD = 1 << 24;

    /**
     * A record of the topic with what only its headers say.
     *
     * @param transaction null on a snapshot's row and on a deletion that a snapshot means
     * @param strangersKey the key of a record that is not the source's; null for all others
     */
    record Headed(
            Event event,
            @Nullable Op op,
            @Nullable Long transaction,
            @Nullable String strangersKey) {}

    private final List<Long> snapshots;
    private final List<Told> told = new ArrayList<>();

    private Alignment(List<Long> snapshots) {
        this.snapshots = snapshots;
    }

    /** The positions of the snapshots that records tell of. */
    static Set<Long> snapshots(List<Headed> topic) {
        Set<Long> positions = new TreeSet<>();
        for (Headed headed : topic) {
            Version version = headed.event().version();
            if (headed.transaction() == null && version != null && version.lsn() == 0) {
                positions.add(version.commitLsn());
            }
        }
        return positions;
    }

    /** @param snapshots positions of all snapshots of the source */
    static List<Told> of(List<Oplog.Change> oplog, List<Headed> topic, Set<Long> snapshots) {
        Alignment alignment = new Alignment(snapshots.stream().sorted().toList());
        Map<String, List<Oplog.Change>> changes = new LinkedHashMap<>();
        oplog.forEach(change ->
                changes.computeIfAbsent(change.key(), key -> new ArrayList<>()).add(change));
        Map<String, List<Headed>> events = new LinkedHashMap<>();
        Map<String, Event> strangers = new HashMap<>();
        for (Headed headed : topic) {
            if (headed.strangersKey() != null) {
                strangers.putIfAbsent(headed.strangersKey(), headed.event());
            }
        }
        for (Headed headed : topic) {
            Event event = headed.event();
            if (event.key() != null
                    && event.version() != null
                    && event.nature() == Nature.STATE
                    && !alignment.isDeletedStranger(strangers, changes, headed)) {
                events.computeIfAbsent(event.key(), key -> new ArrayList<>()).add(headed);
            }
        }
        Set<String> keys = new HashSet<>(changes.keySet());
        keys.addAll(events.keySet());
        keys.forEach(
                key -> alignment.align(key, changes.getOrDefault(key, List.of()), events.getOrDefault(key, List.of())));
        return alignment.told;
    }

    /**
     * Whether a snapshot deleted a key that the source never had; it may be told. A stranger's record may stand on another
     * partition than its key's, and of two partitions nobody can say which record came first.
     */
    private boolean isDeletedStranger(
            Map<String, Event> strangers, Map<String, List<Oplog.Change>> changes, Headed headed) {
        Event event = headed.event();
        Event stranger = strangers.get(event.key());
        boolean isIt = headed.transaction() == null
                && event.state() == null
                && stranger != null
                && (stranger.partition() != event.partition() || stranger.offset() < event.offset())
                && !changes.containsKey(event.key());
        if (isIt) {
            told.add(new Told(
                    Objects.requireNonNull(event.key()),
                    null,
                    Objects.requireNonNull(event.version()),
                    false,
                    Fate.OPTIONAL));
        }
        return isIt;
    }

    private void align(String key, List<Oplog.Change> changes, List<Headed> events) {
        int at = 0;
        int firm = 0; // what lies between the two left the row as it was: a snapshot may stand for it or not
        Version last = new Version(0, 0, 0);
        Set<Version> seen = new HashSet<>();
        for (Headed headed : events) {
            Version version = Objects.requireNonNull(headed.event().version());
            if (!seen.add(version)) {
                continue; // told twice: the oracle says so
            }
            boolean isSnapshots = headed.transaction() == null;
            int match = isSnapshots
                    ? snapshot(
                            changes, firm, version.commitLsn(), headed.event().state())
                    : streamed(changes, firm, headed);
            if (match < 0) {
                continue; // nobody made it: the oracle says so
            }
            if (isSnapshots) {
                firm = Math.max(firm, match + 1);
                at = Math.max(at, lastAlike(changes, match, version.commitLsn()) + 1);
            } else {
                skip(changes, at, match, last, version.commitLsn());
                firm = match + 1;
                at = firm;
            }
            boolean isGhost = isSnapshots && headed.event().state() == null;
            told.add(new Told(
                    key, changes.get(match).state(), version, false, isGhost ? Fate.OPTIONAL : Fate.PUBLISHED));
            last = version;
        }
        skip(changes, at, changes.size(), last, Long.MAX_VALUE);
    }

    /** The last of the changes from here on that left the row alike before the snapshot. */
    private static int lastAlike(List<Oplog.Change> changes, int from, long snapshotLsn) {
        int last = from;
        while (last + 1 < changes.size()
                && Objects.equals(
                        changes.get(last + 1).state(), changes.get(from).state())
                && changes.get(last + 1).atLsn() < snapshotLsn) {
            last++;
        }
        return last;
    }

    /** Changes that no record tells: a snapshot stands for as many of them as it can, the others are missing. */
    private void skip(List<Oplog.Change> changes, int from, int to, Version last, long untilLsn) {
        int covered = from;
        for (long snapshot : snapshots) {
            if (snapshot >= last.commitLsn() && snapshot <= untilLsn) {
                for (int i = covered; i < to && changes.get(i).atLsn() < snapshot; i++) {
                    covered = changes.get(i).state() == null ? i + 1 : covered;
                }
            }
        }
        for (int i = covered; i < to; i++) {
            missing(changes.get(i), last, i);
        }
    }

    private void missing(Oplog.Change change, Version last, int number) {
        told.add(new Told(
                change.key(),
                change.state(),
                new Version(last.commitLsn(), last.lsn(), NOT_TOLD + number),
                false,
                Fate.PUBLISHED));
    }

    /** The next change of that transaction and kind, or -1. */
    private static int streamed(List<Oplog.Change> changes, int from, Headed headed) {
        for (int i = from; i < changes.size(); i++) {
            Oplog.Change change = changes.get(i);
            if (change.op() == headed.op() && Objects.equals(change.transaction(), headed.transaction())) {
                return i;
            }
        }
        return -1;
    }

    /** The change that left the row as the snapshot saw it, the one already told included; -1 when there is none. */
    private static int snapshot(List<Oplog.Change> changes, int from, long snapshotLsn, @Nullable String state) {
        for (int i = Math.max(0, from - 1); i < changes.size(); i++) {
            if (Objects.equals(changes.get(i).state(), state) && changes.get(i).atLsn() < snapshotLsn) {
                return i;
            }
        }
        return -1;
    }
}
