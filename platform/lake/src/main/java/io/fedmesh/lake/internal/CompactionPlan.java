package io.fedmesh.lake.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which data files are worth rewriting together. Small files are sorted into levels, each eight times as large as the one
 * below; a level that has enough files becomes one file, so that a row is rewritten once a level and the number of files
 * stays logarithmic in the number of commits. A large file is rewritten when enough of its rows are deleted, and a file
 * without a live row goes at once.
 */
final class CompactionPlan {
    /** From here on a file is large: merging it again gains nothing. */
    private static final double LARGE = 0.75;

    /** Share of deleted rows at which a large file is rewritten. */
    static final double WORN = 0.3;

    private static final long LOWEST_LEVEL_BYTES = 64 << 10;
    private static final int LEVEL_BITS = 3;

    /**
     * A data file as the plan sees it.
     *
     * @param group files of different groups never meet: Kafka partition, partition spec and partition
     * @param sequence order of the files' coming
     */
    record Candidate<T>(T file, String group, long sequence, long bytes, long rows, long deletedRows) {
        double deletedShare() {
            return rows == 0 ? 1 : (double) deletedRows / rows;
        }

        private long liveBytes() {
            return Math.round(bytes * (1 - deletedShare()));
        }

        private int level() {
            long size = Math.max(1, bytes / LOWEST_LEVEL_BYTES);
            return (63 - Long.numberOfLeadingZeros(size)) / LEVEL_BITS;
        }
    }

    /** Files to become one file, or none when no row of them lives. */
    record Group<T>(List<Candidate<T>> files) {
        long bytes() {
            return files.stream().mapToLong(Candidate::bytes).sum();
        }

        /** Files saved a byte that must be read and written. */
        private double gain() {
            return (double) files.size()
                    / Math.max(1, files.stream().mapToLong(Candidate::liveBytes).sum());
        }
    }

    private final long targetBytes;
    private final int minInputFiles;
    private final long maxBytes;

    /**
     * @param targetBytes size that files grow to
     * @param minInputFiles files of a level that become one
     * @param maxBytes of all input files of one round; a single group may be larger
     */
    CompactionPlan(long targetBytes, int minInputFiles, long maxBytes) {
        this.targetBytes = targetBytes;
        this.minInputFiles = minInputFiles;
        this.maxBytes = maxBytes;
    }

    /** Whether a file can be of interest: others need not be remembered. */
    <T> boolean isCandidate(Candidate<T> file) {
        return file.bytes() < LARGE * targetBytes || file.deletedShare() >= WORN;
    }

    /** The groups of this round, those that save most first. */
    <T> List<Group<T>> groups(List<Candidate<T>> candidates) {
        Map<String, List<Candidate<T>>> apart = candidates.stream()
                .filter(this::isCandidate)
                .sorted(Comparator.comparingLong(Candidate::sequence))
                .collect(Collectors.groupingBy(Candidate::group, TreeMap::new, Collectors.toList()));
        List<Group<T>> groups = new ArrayList<>();
        apart.values().forEach(files -> plan(files, groups));
        groups.sort(Comparator.comparingDouble((Group<T> group) -> group.gain()).reversed());
        List<Group<T>> round = new ArrayList<>();
        long bytes = 0;
        for (Group<T> group : groups) {
            bytes += group.bytes();
            if (round.isEmpty() || bytes <= maxBytes) {
                round.add(group);
            }
        }
        return round;
    }

    private <T> void plan(List<Candidate<T>> files, List<Group<T>> groups) {
        List<Candidate<T>> dead = new ArrayList<>();
        List<Candidate<T>> worn = new ArrayList<>();
        Map<Integer, List<Candidate<T>>> levels = new TreeMap<>();
        for (Candidate<T> file : files) {
            if (file.deletedShare() >= 1) {
                dead.add(file);
            } else if (file.bytes() >= LARGE * targetBytes) {
                worn.add(file);
            } else {
                levels.computeIfAbsent(file.level(), level -> new ArrayList<>()).add(file);
            }
        }
        if (!dead.isEmpty()) {
            groups.add(new Group<>(dead));
        }
        fill(worn, 1, groups);
        levels.values().forEach(level -> fill(level, minInputFiles, groups));
    }

    /** Bins in the order of the files' coming. */
    private <T> void fill(List<Candidate<T>> files, int least, List<Group<T>> groups) {
        if (files.size() < least) {
            return;
        }
        List<Candidate<T>> bin = new ArrayList<>();
        long bytes = 0;
        for (Candidate<T> file : files) {
            if (!bin.isEmpty() && bytes + file.liveBytes() > targetBytes) {
                add(bin, groups);
                bin = new ArrayList<>();
                bytes = 0;
            }
            bin.add(file);
            bytes += file.liveBytes();
        }
        add(bin, groups);
    }

    private static <T> void add(List<Candidate<T>> bin, List<Group<T>> groups) {
        if (bin.size() > 1 || bin.stream().anyMatch(file -> file.deletedShare() >= WORN)) {
            groups.add(new Group<>(bin));
        }
    }
}
