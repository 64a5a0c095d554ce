package io.fedmesh.bench.internal.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Processor time and memory of a process as Linux counts them in {@code /proc} (proc(5)): all threads, the collector's and
 * the compiler's among them, no children. Safe for use by several threads.
 */
public final class ProcessMeter {
    /** {@code USER_HZ}, which is 100 on every Linux architecture that a JDK runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private final Path folder;

    private ProcessMeter(Path folder) {
        this.folder = folder;
    }

    /** @throws IllegalStateException when this machine has no {@code /proc}, or the process does not exist */
    public static ProcessMeter of(long pid) {
        return of(Path.of("/proc"), pid);
    }

    static ProcessMeter of(Path proc, long pid) {
        Path folder = proc.resolve(Long.toString(pid));
        if (!Files.isReadable(folder.resolve("stat"))) {
            throw new IllegalStateException("[bench] " + folder + "/stat must be readable but is not: processor time is"
                    + " read there, on Linux alone, while the process lives");
        }
        return new ProcessMeter(folder);
    }

    /** User and system time since the process began, to 10 ms. */
    public double cpuSeconds() {
        String stat = read("stat");
        // The second field is the program's name in parentheses and may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** The most resident memory that the process ever had, in megabytes of a million bytes. */
    public double peakRssMb() {
        for (String line : List.of(read("status").split("\n", -1))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
            }
        }
        throw new IllegalStateException("[bench] " + folder + "/status must hold VmHWM but did not");
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("[bench] the process must live while it is measured but ended", e);
        }
    }
}
