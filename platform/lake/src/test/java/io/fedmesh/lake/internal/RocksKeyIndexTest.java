package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.wire.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksKeyIndexTest {
    @TempDir
    Path folder;

    private final IndexMemory memory = new IndexMemory();
    private final Random random = new Random(17);
    private long snapshot;

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void whatWasAppliedIsFoundAlsoAfterItWasOpenedAgain() {
        Map<Key, KeyIndex.Entry> model = new HashMap<>();
        for (int round = 0; round < 10; round++) {
            try (RocksKeyIndex index = open()) {
                assertThat(index.stand()).isEqualTo(round == 0 ? null : stand());
                for (int commit = 0; commit < 5; commit++) {
                    Map<Key, KeyIndex.Entry> changes = changes(200);
                    model.putAll(changes);
                    snapshot++;
                    apply(index, changes);
                    same(index, model);
                }
            }
        }
    }

    @Test
    void aRebuildForgetsWhatWasKnownAndKeepsTheNewerOfTwoEntries() {
        try (RocksKeyIndex index = open()) {
            apply(index, changes(500));
            Map<Key, KeyIndex.Entry> model = new HashMap<>();
            index.rebuild(stand(), rows -> {
                for (int i = 0; i < 50_000; i++) {
                    Key key = key();
                    KeyIndex.Entry entry = entry();
                    rows.accept(key, entry);
                    model.merge(key, entry, RocksKeyIndexTest::newer);
                }
            });
            same(index, model);
            assertThat(index.stand()).isEqualTo(stand());
        }
    }

    @Test
    void aReplayAddsToWhatIsKnownAndTheSameOnceMoreChangesNothing() {
        try (RocksKeyIndex index = open()) {
            Map<Key, KeyIndex.Entry> model = new HashMap<>(changes(500));
            apply(index, model);
            Map<Key, KeyIndex.Entry> more = changes(500);
            more.forEach((key, entry) -> model.merge(key, entry, RocksKeyIndexTest::newer));
            for (int i = 0; i < 2; i++) {
                index.replay(stand(), rows -> more.forEach(rows));
                same(index, model);
            }
        }
    }

    @Test
    void namesOfFilesWithoutARowAreDroppedAndTheOthersStay() {
        try (RocksKeyIndex index = open()) {
            Map<Key, KeyIndex.Entry> first = new HashMap<>();
            for (int i = 0; i < 10_001; i++) {
                first.put(Key.of("k" + i), new KeyIndex.Entry(version(), new Place("old" + i, i)));
            }
            apply(index, first);
            Map<Key, KeyIndex.Entry> second = new HashMap<>(first);
            second.replaceAll((key, entry) -> new KeyIndex.Entry(entry.version(), new Place("new", 1)));
            second.keySet().removeIf(key -> key.hashCode() % 10 == 0);
            apply(index, second);
            Map<Key, KeyIndex.Entry> model = new HashMap<>(first);
            model.putAll(second);
            same(index, model);
        }
        try (RocksKeyIndex index = open()) {
            KeySet keys = index.keys();
            keys.add(Key.of("k1"));
            assertThat(index.find(keys).isKnown(0)).isTrue();
        }
    }

    @Test
    void aKeyTakesFortyBytesOfDiskAtMost() throws IOException {
        int keys = 200_000;
        try (RocksKeyIndex index = open()) {
            for (int from = 0; from < keys; from += 50_000) {
                Map<Key, KeyIndex.Entry> changes = new HashMap<>();
                String file = "s3://bucket/warehouse/drilling/well_latest/data/00000-" + from + ".parquet";
                for (int i = from; i < from + 50_000; i++) {
                    long position = 500_000_000_000L + 100L * i;
                    Version version = new Version(position - random.nextInt(100_000), position, 0);
                    changes.put(Key.of("entity-" + i), new KeyIndex.Entry(version, new Place(file, i - from)));
                }
                apply(index, changes);
            }
            index.compact();
        }
        try (var files = Files.walk(folder)) {
            long bytes = files.filter(file -> file.toString().endsWith(".sst"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            assertThat(bytes / keys).isBetween(20L, 40L);
        }
    }

    @Test
    void aDamagedFolderBeginsAnew() throws IOException {
        try (RocksKeyIndex index = open()) {
            apply(index, changes(100));
        }
        Files.writeString(folder.resolve("CURRENT"), "damaged");
        try (RocksKeyIndex index = open()) {
            assertThat(index.stand()).isNull();
        }
    }

    @Test
    void anIndexThatCouldNotBeMadeCanBeMadeLater() {
        RandomGenerator dry = () -> {
            throw new IllegalStateException("dry");
        };
        assertThatThrownBy(() -> new RocksKeyIndex(folder, memory, dry)).hasMessage("dry");
        try (RocksKeyIndex index = open()) {
            assertThat(index.stand()).isNull();
        }
    }

    /** The first of the 128-bit vectors of SipHash's reference code: secret 00 to 0f, input empty and 00. */
    @Test
    void hashesAreThoseOfTheReferenceCode() {
        ByteBuffer secret = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 16; i++) {
            secret.put(i, (byte) i);
        }
        SipHash hash = new SipHash(secret.getLong(0), secret.getLong(8));
        assertThat(hex(hash, new byte[0])).isEqualTo("a3817f04ba25a8e66df67214c7550293");
        assertThat(hex(hash, new byte[1])).isEqualTo("da87c1d86b99af44347659119b22fc45");
    }

    private static String hex(SipHash hash, byte[] input) {
        hash.hash(input, 0, input.length);
        return HexFormat.of()
                .formatHex(ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(hash.high())
                        .putLong(hash.low())
                        .array());
    }

    private RocksKeyIndex open() {
        return new RocksKeyIndex(folder, memory, random);
    }

    private KeyIndex.Stand stand() {
        return new KeyIndex.Stand("uuid", snapshot);
    }

    private void same(RocksKeyIndex index, Map<Key, KeyIndex.Entry> model) {
        KeySet keys = index.keys();
        model.keySet().forEach(keys::add);
        keys.add(Key.of("nobody"));
        assertThat(new KeyIndex.Changes(keys, index.find(keys)).byKey()).isEqualTo(model);
    }

    private void apply(RocksKeyIndex index, Map<Key, KeyIndex.Entry> changes) {
        KeySet keys = index.keys();
        changes.keySet().forEach(keys::add);
        index.apply(stand(), new KeyIndex.Changes(keys, KeyEntries.of(keys, changes::get)));
    }

    private Map<Key, KeyIndex.Entry> changes(int count) {
        Map<Key, KeyIndex.Entry> changes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            changes.put(key(), entry());
        }
        return changes;
    }

    private Key key() {
        return Key.of("key " + random.nextInt(2_000));
    }

    private KeyIndex.Entry entry() {
        return new KeyIndex.Entry(
                version(),
                random.nextInt(4) == 0 ? null : new Place("file " + random.nextInt(50), random.nextLong(1L << 40)));
    }

    private Version version() {
        return new Version(
                random.nextLong() >>> random.nextInt(64), random.nextLong() >>> random.nextInt(64), random.nextInt(5));
    }

    private static KeyIndex.Entry newer(KeyIndex.Entry one, KeyIndex.Entry other) {
        return one.version().compareTo(other.version()) <= 0 ? other : one;
    }
}
