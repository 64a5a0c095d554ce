package io.fedmesh.lake.internal;

/**
 * A data file's name tells the topic's partition that its rows came from: digits before the first {@code -}. So two
 * writers' rows never share a file, their deletion vectors never meet, and a partition's index can be rebuilt from its
 * own files alone. Whoever rewrites files keeps the rows of two partitions apart and the number in the name. Stateless.
 */
final class FileNames {
    /** The name tells no partition: the file is not ours. */
    static final int NONE = -1;

    private FileNames() {}

    /** The partition that a data file's name tells, or {@link #NONE}. */
    static int partition(String location) {
        int begin = location.lastIndexOf('/') + 1;
        int end = begin;
        int partition = 0;
        while (end < location.length() && Character.digit(location.charAt(end), 10) >= 0 && end - begin < 9) {
            partition = partition * 10 + Character.digit(location.charAt(end), 10);
            end++;
        }
        return end == begin || end == location.length() || location.charAt(end) != '-' ? NONE : partition;
    }
}
