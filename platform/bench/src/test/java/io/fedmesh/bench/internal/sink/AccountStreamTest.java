package io.fedmesh.bench.internal.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountStreamTest {
    @Test
    void theTruthIsWhatAReplayOfTheChangesLeaves() {
        AccountStream stream = new AccountStream(5_000, 7);
        Map<String, Long> live = new HashMap<>();
        long deletes = 0;
        long all = 0;
        while (stream.hasNext()) {
            AccountStream.Change change = stream.next();
            assertThat(change.isNew()).isEqualTo(!live.containsKey(change.key()));
            if (change.value() == null) {
                deletes++;
                live.remove(change.key());
            } else {
                long revision = (Long) change.value().get(Accounts.REVISION);
                all += revision;
                live.put(change.key(), revision);
            }
        }
        long liveRevisions = live.values().stream().mapToLong(Long::longValue).sum();
        assertThat(Truth.of(stream, 5_000)).isEqualTo(new Truth(5_000, deletes, all, live.size(), liveRevisions));
        assertThat(deletes).isBetween(100L, 300L);
    }

    @Test
    void theSameArgumentsGiveTheSameChanges() {
        assertThat(changes(new AccountStream(300, 1))).isEqualTo(changes(new AccountStream(300, 1)));
        assertThat(changes(new AccountStream(300, 1))).isNotEqualTo(changes(new AccountStream(300, 2)));
    }

    @Test
    void loadedAccountsComeOneAfterTheOtherBeforeTheirChanges() {
        AccountStream stream = AccountStream.ofLoaded(100, 50, 1);
        for (int account = 0; account < 100; account++) {
            assertThat(stream.next().isNew()).isTrue();
        }
        assertThat(stream.liveKeys()).isEqualTo(100);
        for (int change = 0; change < 50; change++) {
            stream.next();
        }
        assertThat(stream.hasNext()).isFalse();
    }

    @Test
    void aStreamHasAChange() {
        assertThatThrownBy(() -> new AccountStream(0, 1)).hasMessage("'records' must be 1 or more but was 0");
    }

    private static List<String> changes(AccountStream stream) {
        List<String> changes = new ArrayList<>();
        while (stream.hasNext()) {
            changes.add(stream.next().toString());
        }
        return changes;
    }
}
