package io.fedmesh.govern.internal.audit;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * The head of a partition's tree at one size, as it is signed: a tree head in the text form of C2SP's tlog-checkpoint, with
 * lines of ours behind. A value.
 *
 * @param topic of the log
 * @param partition of the topic
 * @param size records that are covered; 1 or more
 * @param root of the tree over them
 * @param ordinal 0 for the partition's first checkpoint, rising by 1
 * @param time when it was made; never before the time of the one before
 * @param head hash of the last record that is covered
 * @param before hash of the text of the checkpoint before; {@link Hash#NONE} for the first
 * @param offset of the last record that is covered, from where a writer reads on
 */
record Checkpoint(
        String topic,
        int partition,
        long size,
        Hash root,
        long ordinal,
        Instant time,
        Hash head,
        Hash before,
        long offset) {
    private static final int LINES = 8;

    Checkpoint {
        if (size < 1 || ordinal < 0 || offset < 0) {
            throw new IllegalArgumentException("'size' must be 1 or more, 'checkpoint' and 'offset' 0 or more but were "
                    + size + ", " + ordinal + " and " + offset);
        }
    }

    /** Names the log of one partition. */
    static String origin(String topic, int partition) {
        return topic + "/" + partition;
    }

    /** What is signed; ends with a line break. */
    String text() {
        return String.join(
                "\n",
                origin(topic, partition),
                Long.toString(size),
                root.toString(),
                "checkpoint " + ordinal,
                "time " + time,
                "head " + head,
                "before " + before,
                "offset " + offset,
                "");
    }

    /** What the checkpoint after this one names. */
    Hash hash() {
        return Hash.of(text().getBytes(StandardCharsets.UTF_8));
    }

    /** Reads exactly what {@link #text()} gives; refuses anything else with {@link IllegalArgumentException}. */
    static Checkpoint parse(String text) {
        List<String> lines = List.of(text.split("\n", LINES + 1));
        if (lines.size() != LINES + 1) {
            throw new IllegalArgumentException("a checkpoint must have " + LINES + " lines but had " + lines.size());
        }
        String origin = lines.get(0);
        int slash = origin.lastIndexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("a checkpoint must name <topic>/<partition> but did not");
        }
        Checkpoint read;
        try {
            read = new Checkpoint(
                    origin.substring(0, slash),
                    Integer.parseInt(origin.substring(slash + 1)),
                    Long.parseLong(lines.get(1)),
                    Hash.parse(lines.get(2)),
                    Long.parseLong(after("checkpoint ", lines.get(3))),
                    Instant.parse(after("time ", lines.get(4))),
                    Hash.parse(after("head ", lines.get(5))),
                    Hash.parse(after("before ", lines.get(6))),
                    Long.parseLong(after("offset ", lines.get(7))));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a checkpoint's time must be an ISO-8601 instant but was not", e);
        }
        if (!read.text().equals(text)) {
            throw new IllegalArgumentException("a checkpoint must be written as it is always written but was not");
        }
        return read;
    }

    private static String after(String word, String line) {
        if (!line.startsWith(word)) {
            throw new IllegalArgumentException("a checkpoint's line must begin with '" + word + "' but did not");
        }
        return line.substring(word.length());
    }
}
