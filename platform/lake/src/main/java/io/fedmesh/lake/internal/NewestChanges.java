package io.fedmesh.lake.internal;

import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The newest change of each key of one partition, in the order in which the keys came. The changes are held as numbers and
 * bytes in a few arrays: many small objects that live as long as a batch would each be moved several times by the garbage
 * collector. Used by one thread.
 */
final class NewestChanges {
    /** What a change is to what was known of its key. */
    enum Standing {
        /** The first of its key. */
        NEW,
        /** It took the place of an older one. */
        NEWER,
        /** A newer one stays. */
        OLDER,
        /** One of the same version stays. */
        SAME
    }

    private static final Op[] OPS = Op.values();
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int FIRST_KEYS = 64;

    // The numbers of a change.
    private static final int COMMIT_LSN = 0;
    private static final int LSN = 1;
    private static final int COMMITTED_AT = 2;
    private static final int TRANSACTION = 3;
    private static final int OFFSET = 4;
    private static final int TIMESTAMP = 5;
    /** Index of the version above, number of the schema and of the op below. */
    private static final int INDEX_SCHEMA_OP = 6;
    /** Number of the chunk above, place in it below; {@link #GONE} when there is no value. */
    private static final int VALUE = 7;

    private static final int LENGTH = 8;
    private static final int NUMBERS = 9;
    private static final int SCHEMA_SHIFT = 8;
    private static final int SCHEMA_MASK = 0xff_ffff;
    private static final long GONE = -1;

    private final int partition;
    private final KeySet keys;
    private long[] numbers = new long[FIRST_KEYS * NUMBERS];
    private final List<byte[]> chunks = new ArrayList<>();
    private byte[] chunk = new byte[0];
    private int used;
    private final List<Schema> schemas = new ArrayList<>();
    private int lastSchema;

    /** @param keys empty; those of the changes are put there */
    NewestChanges(int partition, KeySet keys) {
        this.partition = partition;
        this.keys = keys;
    }

    /** Takes a change, unless one that is as new is held. */
    Standing add(Change change) {
        int before = keys.count();
        int number = keys.add(change.key());
        if (number == before) {
            if (numbers.length == number * NUMBERS) {
                numbers = Arrays.copyOf(numbers, Math.multiplyExact(numbers.length, 2));
            }
            put(number, change);
            return Standing.NEW;
        }
        int order = change.version().compareTo(version(number));
        if (order > 0) {
            put(number, change);
        }
        return order > 0 ? Standing.NEWER : order < 0 ? Standing.OLDER : Standing.SAME;
    }

    KeySet keys() {
        return keys;
    }

    /** The change of the key with this number. */
    Change change(int number) {
        int at = number * NUMBERS;
        long value = numbers[at + VALUE];
        int tags = (int) numbers[at + INDEX_SCHEMA_OP];
        return new Change(
                partition,
                numbers[at + OFFSET],
                numbers[at + TIMESTAMP],
                keys.key(number),
                OPS[tags & (1 << SCHEMA_SHIFT) - 1],
                version(number),
                numbers[at + COMMITTED_AT],
                numbers[at + TRANSACTION],
                value == GONE
                        ? null
                        : new Change.Body(
                                chunks.get((int) (value >>> Integer.SIZE)),
                                (int) value,
                                (int) numbers[at + LENGTH],
                                schemas.get(tags >>> SCHEMA_SHIFT)));
    }

    private Version version(int number) {
        int at = number * NUMBERS;
        return new Version(
                numbers[at + COMMIT_LSN], numbers[at + LSN], (int) (numbers[at + INDEX_SCHEMA_OP] >>> Integer.SIZE));
    }

    private void put(int number, Change change) {
        Change.Body value = change.value();
        long schema = value == null ? 0 : number(value.schema());
        int at = number * NUMBERS;
        numbers[at + COMMIT_LSN] = change.version().commitLsn();
        numbers[at + LSN] = change.version().lsn();
        numbers[at + COMMITTED_AT] = change.committedAtMicros();
        numbers[at + TRANSACTION] = change.transaction();
        numbers[at + OFFSET] = change.offset();
        numbers[at + TIMESTAMP] = change.timestampMs();
        numbers[at + INDEX_SCHEMA_OP] = (long) change.version().index() << Integer.SIZE
                | schema << SCHEMA_SHIFT
                | change.op().ordinal();
        numbers[at + VALUE] = value == null ? GONE : hold(value);
        numbers[at + LENGTH] = value == null ? 0 : value.length();
    }

    /** Copies a value and answers its place. */
    private long hold(Change.Body value) {
        if (chunk.length - used < value.length()) {
            chunk = new byte[Math.max(CHUNK_BYTES, value.length())];
            chunks.add(chunk);
            used = 0;
        }
        System.arraycopy(value.bytes(), value.offset(), chunk, used, value.length());
        long place = (long) (chunks.size() - 1) << Integer.SIZE | used;
        used += value.length();
        return place;
    }

    private int number(Schema schema) {
        if (schemas.isEmpty() || schemas.get(lastSchema) != schema) {
            lastSchema = 0;
            while (lastSchema < schemas.size() && schemas.get(lastSchema) != schema) {
                lastSchema++;
            }
            if (lastSchema == schemas.size()) {
                if (lastSchema > SCHEMA_MASK) {
                    throw new IllegalStateException("a batch must have at most " + SCHEMA_MASK + " schemas");
                }
                schemas.add(schema);
            }
        }
        return lastSchema;
    }
}
