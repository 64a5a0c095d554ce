package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NewestChangesTest {
    private static final int PARTITION = 3;

    private final Random random = new Random(11);
    private final List<Schema> schemas = List.of(
            SchemaBuilder.record("One").fields().endRecord(),
            SchemaBuilder.record("Two").fields().endRecord(),
            SchemaBuilder.record("Three").fields().endRecord());

    @Test
    void whatComesBackIsTheNewestChangeOfEachKeyInTheOrderOfTheKeys() {
        NewestChanges newest = new NewestChanges(PARTITION, KeySet.ofSecret(random.nextLong(), random.nextLong()));
        Map<Key, Change> model = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            Change change = change(i);
            Change known = model.get(change.key());
            int order = known == null ? 1 : change.version().compareTo(known.version());
            NewestChanges.Standing standing = newest.add(change);
            assertThat(standing)
                    .isEqualTo(
                            known == null
                                    ? NewestChanges.Standing.NEW
                                    : order > 0
                                            ? NewestChanges.Standing.NEWER
                                            : order < 0 ? NewestChanges.Standing.OLDER : NewestChanges.Standing.SAME);
            if (order > 0) {
                model.put(change.key(), change);
            }
        }
        assertThat(newest.keys().count()).isEqualTo(model.size());
        int number = 0;
        for (Change expected : model.values()) {
            Change back = newest.change(number++);
            assertThat(withoutValue(back)).isEqualTo(withoutValue(expected));
            assertThat(bytes(back.value())).isEqualTo(bytes(expected.value()));
            assertThat(back.value() == null ? null : back.value().schema())
                    .isSameAs(expected.value() == null ? null : expected.value().schema());
        }
    }

    @Test
    void keysAreInTheOrderOfTheirHashAlsoUnderAnotherSecret() {
        KeySet keys = KeySet.ofSecret(1, 2);
        for (int i = 0; i < 5_000; i++) {
            keys.add(Key.of("key " + i));
        }
        for (SipHash hash : List.of(new SipHash(3, 4), new SipHash(5, 6))) {
            int[] order = keys.order(hash);
            assertThat(Arrays.stream(order).distinct().count()).isEqualTo(5_000);
            byte[] before = new byte[KeySet.HASH_BYTES];
            for (int number : order) {
                byte[] written = new byte[KeySet.HASH_BYTES];
                keys.write(number, written, 0);
                byte[] key = keys.key(number).bytes();
                hash.hash(key, 0, key.length);
                assertThat(Arrays.compareUnsigned(before, written)).isNegative();
                assertThat(java.nio.ByteBuffer.wrap(written).getLong()).isEqualTo(hash.high());
                assertThat(java.nio.ByteBuffer.wrap(written).getLong(8)).isEqualTo(hash.low());
                before = written;
            }
            assertThat(keys.add(Key.of("key 4711"))).isEqualTo(4_711);
        }
    }

    private Change change(int offset) {
        Op op = Op.values()[random.nextInt(Op.values().length)];
        byte[] bytes = new byte[random.nextInt(100) == 0 ? 400_000 / 100 * random.nextInt(100) : random.nextInt(300)];
        random.nextBytes(bytes);
        int from = random.nextInt(bytes.length + 1);
        Change.Body value = op == Op.DELETE
                ? null
                : new Change.Body(
                        bytes,
                        from,
                        random.nextInt(bytes.length - from + 1),
                        schemas.get(random.nextInt(schemas.size())));
        return new Change(
                PARTITION,
                offset,
                random.nextLong(),
                Key.of("key ".repeat(random.nextInt(3)) + random.nextInt(3_000)),
                op,
                new Version(random.nextInt(3) - 1L, random.nextInt(100) - 50L, random.nextInt(Integer.MAX_VALUE)),
                random.nextLong(),
                random.nextLong(),
                value);
    }

    private static Change withoutValue(Change change) {
        return new Change(
                change.partition(),
                change.offset(),
                change.timestampMs(),
                change.key(),
                change.op(),
                change.version(),
                change.committedAtMicros(),
                change.transaction(),
                null);
    }

    private static byte @Nullable [] bytes(Change.@Nullable Body body) {
        return body == null ? null : Arrays.copyOfRange(body.bytes(), body.offset(), body.offset() + body.length());
    }
}
