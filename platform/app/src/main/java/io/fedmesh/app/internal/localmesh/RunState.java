package io.fedmesh.app.internal.localmesh;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fedmesh.local.PartStatus;
import java.util.List;

/**
 * What the supervisor of a local mesh says about itself, in {@code run/mesh.json} of its home; written whole at each step.
 *
 * @param pid of the supervisor
 * @param startedAtMs when it began, epoch milliseconds
 * @param phase how far it is
 * @param step what it does at the moment, for people; in {@code FAILED} why
 * @param isApart whether every component has a process of its own
 * @param parts the servers that it runs
 * @param processes the mesh's own processes
 */
public record RunState(
        long pid,
        long startedAtMs,
        Phase phase,
        String step,
        boolean isApart,
        List<PartStatus> parts,
        List<WorkerState> processes) {

    /** From start to end. */
    public enum Phase {
        STARTING,
        READY,
        FAILED,
        STOPPING
    }

    /**
     * One of the mesh's own processes.
     *
     * @param name {@code worker}, or the component's name when apart
     * @param healthPort where it serves its health, on loopback
     * @param restarts how often it was started anew after a crash
     */
    public record WorkerState(String name, long pid, int healthPort, int restarts) {}

    public RunState {
        parts = List.copyOf(parts);
        processes = List.copyOf(processes);
    }

    /** Whether the supervisor that wrote this still runs. */
    @JsonIgnore
    public boolean isRunning() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> handle.info()
                        .startInstant()
                        // Linux derives it from the boot time, which the clock may shift.
                        .map(start -> start.toEpochMilli() <= startedAtMs + 2_000)
                        .orElse(true))
                .isPresent();
    }
}
