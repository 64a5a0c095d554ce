package io.fedmesh.bench.internal.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.KeyIndex;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class IndexKeysTest {
    @Test
    void theLastEntryOfAKeyIsRightAndEveryOtherIsWrong() {
        IndexKeys keys = new IndexKeys(1_000, 500, 90, 3);
        Map<Key, KeyIndex.Entry> table = new HashMap<>();
        while (keys.hasNext()) {
            table.putAll(keys.next());
        }

        assertThat(table).hasSize(1_000);
        assertThat(keys.commits()).isEqualTo(17);
        for (int key = 0; key < 1_000; key++) {
            assertThat(keys.isRight(key, table.get(IndexKeys.key(key)))).isTrue();
            assertThat(keys.isRight(key, table.get(IndexKeys.key((key + 1) % 1_000))))
                    .isFalse();
            assertThat(keys.isRight(key, null)).isFalse();
        }
        assertThat(keys.isRight(1_000, null)).isTrue();
    }

    @Test
    void theSameArgumentsGiveTheSameCommits() {
        IndexKeys one = new IndexKeys(200, 300, 70, 3);
        IndexKeys other = new IndexKeys(200, 300, 70, 3);

        while (one.hasNext()) {
            assertThat(one.next()).isEqualTo(other.next());
        }
        assertThat(one.batch(50, 9, new SplittableRandom(1))).isEqualTo(other.batch(50, 9, new SplittableRandom(1)));
    }

    @Test
    void nothingToMeasureIsAWrongUsage() {
        for (String[] wrong : new String[][] {{"--keys", "0"}, {"--commit-keys", "0"}, {"--lookups", "0"}}) {
            CommandLine line = new CommandLine(new IndexCommand());
            line.setErr(new PrintWriter(Writer.nullWriter()));
            assertThat(line.execute(wrong)).isEqualTo(2);
        }
    }
}
