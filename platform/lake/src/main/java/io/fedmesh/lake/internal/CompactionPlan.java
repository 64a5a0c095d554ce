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
 * stays logarithmic in the number of commits. Where the small files cost a reader much more than their live rows in one file
 * would, those go first that cost it most beside what their rewriting costs, whatever their levels. A large file is rewritten
 * when enough of its rows are deleted, and a file without a live row goes at once.
 */
final class CompactionPlan {
    /**
     * What opening a data file or a deletion vector costs a reader, as bytes that it reads instead. Measured on a store beside
     * the reader, half of it; Iceberg plans scans with 4 MiB ({@code read.split.open-file-cost}), which a far store costs.
     */
    static final long OPEN_BYTES = 1 << 20;

    /** What small files may cost a reader, beside the same rows in one file. */
    static final double SLOW = 1.5;

    /** What they cost at most when they were rewritten for it: the distance pays for the next rewriting. */
    private static final double QUICK = 1.4;

    /** From here on a file is large: merging it again gains nothing. */
    private static final double LARGE = 0.75;

    /** Share of deleted rows at which a large file is rewritten. */
    static final double WORN = 0.3;

    /** Files that become one at most: those that are sorted are all open together. */
    static final int MAX_INPUT_FILES = 100;

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

        /** Of a reader of all rows, in bytes. */
        private long readBytes() {
            return bytes + OPEN_BYTES * (deletedRows == 0 ? 1 : 2);
        }

        /** Bytes that a reader is spared for each that is written, when this file's rows become a part of another. */
        private double relief() {
            return (double) (readBytes() - liveBytes()) / Math.max(1, liveBytes());
        }

        private boolean isWorthRewritingAlone() {
            return readBytes() - liveBytes() - OPEN_BYTES >= WORN * liveBytes();
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
        List<Candidate<T>> small = new ArrayList<>();
        for (Candidate<T> file : files) {
            if (file.deletedShare() >= 1) {
                dead.add(file);
            } else if (file.bytes() >= LARGE * targetBytes) {
                worn.add(file);
            } else {
                small.add(file);
            }
        }
        if (!dead.isEmpty()) {
            groups.add(new Group<>(dead));
        }
        fill(worn, groups);
        List<Candidate<T>> slow = slow(small);
        if (!slow.isEmpty()) {
            fill(slow, groups);
            return;
        }
        small.stream()
                .collect(Collectors.groupingBy(Candidate::level, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .filter(level -> level.size() >= minInputFiles)
                .forEach(level -> fill(level, groups));
    }

    /** The fewest bytes that make the files quick to read again, in the order of their coming; none while they are not slow. */
    private <T> List<Candidate<T>> slow(List<Candidate<T>> files) {
        long live = files.stream().mapToLong(Candidate::liveBytes).sum();
        long left = files.stream().mapToLong(Candidate::readBytes).sum();
        long compacted = compactedBytes(live);
        if (left <= SLOW * compacted) {
            return List.of();
        }
        List<Candidate<T>> picked = new ArrayList<>();
        long pickedLive = 0;
        for (Candidate<T> file : files.stream()
                .sorted(Comparator.comparingDouble((Candidate<T> candidate) -> candidate.relief())
                        .reversed())
                .toList()) {
            picked.add(file);
            left -= file.readBytes();
            pickedLive += file.liveBytes();
            if (left + compactedBytes(pickedLive) <= QUICK * compacted) {
                break;
            }
        }
        picked.sort(Comparator.comparingLong(Candidate::sequence));
        return picked;
    }

    /** What so many live bytes cost a reader at best. */
    private long compactedBytes(long live) {
        return live + OPEN_BYTES * Math.max(1, (live + targetBytes - 1) / targetBytes);
    }

    /** Bins in the order of the files' coming. */
    private <T> void fill(List<Candidate<T>> files, List<Group<T>> groups) {
        List<Candidate<T>> bin = new ArrayList<>();
        long bytes = 0;
        for (Candidate<T> file : files) {
            if (!bin.isEmpty() && (bytes + file.liveBytes() > targetBytes || bin.size() == MAX_INPUT_FILES)) {
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
        if (bin.size() > 1 || bin.stream().anyMatch(Candidate::isWorthRewritingAlone)) {
            groups.add(new Group<>(bin));
        }
    }
}
