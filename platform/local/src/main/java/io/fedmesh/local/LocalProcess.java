package io.fedmesh.local;

import io.fedmesh.local.internal.Child;
import io.fedmesh.local.internal.ChildJvm;
import io.fedmesh.local.internal.Home;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Java program in its own process, ended with this one. Its output goes to {@code log/<name>.log} of the home. Safe for
 * use by several threads.
 */
public final class LocalProcess implements AutoCloseable {
    private static final Duration STOP_TIME = Duration.ofSeconds(25);

    private final String name;
    private final Child child;

    private LocalProcess(String name, Child child) {
        this.name = name;
        this.child = child;
    }

    /**
     * Starts it and returns at once.
     *
     * @param home the mesh's folder
     * @param name of the process in the home; one of that name runs at a time
     * @param maxHeapMb the largest heap in megabytes
     * @param options further options of the JVM
     * @param program {@code -cp x:y Main ...}
     */
    public static LocalProcess start(
            Path home, String name, int maxHeapMb, List<String> options, List<String> program) {
        return start(home, name, 0, maxHeapMb, options, program);
    }

    /**
     * The same, behind others where processors are scarce.
     *
     * @param niceness as POSIX has it: 0 for like everybody else, to 19 for behind everybody
     */
    public static LocalProcess start(
            Path home, String name, int niceness, int maxHeapMb, List<String> options, List<String> program) {
        Home opened = Home.open(home, new SecureRandom());
        Child.reap(opened, name);
        List<String> command = new ArrayList<>();
        if (niceness != 0) {
            command.addAll(List.of("nice", "-n", Integer.toString(niceness)));
        }
        command.addAll(ChildJvm.command(opened, maxHeapMb, options, program));
        return new LocalProcess(name, Child.start(opened, name, command, Map.of()));
    }

    public String name() {
        return name;
    }

    public long pid() {
        return child.pid();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** Asks it to end and waits; kills it when it takes too long. */
    @Override
    public void close() {
        child.stop(STOP_TIME);
    }

    /** SIGKILL: for tests of what survives it. */
    public void kill() {
        child.kill();
    }
}
