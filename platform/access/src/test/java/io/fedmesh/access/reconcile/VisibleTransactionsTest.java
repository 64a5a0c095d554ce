package io.fedmesh.access.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.wire.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTransactionsTest {
    @ParameterizedTest
    @CsvSource({
        "100:105:101.103, 99, true",
        "100:105:101.103, 100, true",
        "100:105:101.103, 101, false",
        "100:105:101.103, 102, true",
        "100:105:101.103, 103, false",
        "100:105:101.103, 104, true",
        "100:105:101.103, 105, false",
        "100:105:101.103, 4000, false",
        "100:100:, 99, true",
        "100:100:, 100, false",
        // the 64-bit numbers of an epoch later, of which events carry the low half
        "4294967290:4294967300:4294967295.4294967297, 4294967289, true",
        "4294967290:4294967300:4294967295.4294967297, 4294967295, false",
        "4294967290:4294967300:4294967295.4294967297, 0, true",
        "4294967290:4294967300:4294967295.4294967297, 1, false",
        "4294967290:4294967300:4294967295.4294967297, 3, true",
        "4294967290:4294967300:4294967295.4294967297, 4, false",
        "4294967290:4294967300:4294967295.4294967297, 2147483700, true",
        "6442450944:6442450950:, 2147483653, true",
        "6442450944:6442450950:, 2147483654, false",
        "6442450944:6442450950:, 4294967295, false"
    })
    void aTransactionIsSeenWhenItHadEndedBeforeTheSnapshot(String snapshot, long transaction, boolean seen) {
        assertThat(VisibleTransactions.parse(snapshot.replace('.', ',')).sees(transaction))
                .isEqualTo(seen);
    }

    @Test
    void aTransactionFarBackInTheLogIsSeenWhateverItsNumber() {
        long lsn = 100L << 30;
        Sight sight = new Sight(VisibleTransactions.parse("100:105:101"), lsn);

        assertThat(sight.sees(new Version(lsn - (4L << 31) - 1, 1, 0), 101L)).isTrue();
        assertThat(sight.sees(new Version(lsn - (4L << 31) - 1, 1, 0), 4_000_000_000L))
                .isTrue();
        assertThat(sight.sees(new Version(lsn - 10, 1, 0), 101L)).isFalse();
        assertThat(sight.sees(new Version(lsn + 10, 1, 0), 200L)).isFalse();
    }

    @Test
    void aRowOfTheInitialSnapshotIsSeenAndOneOfALaterSnapshotIsRefused() {
        Sight sight = new Sight(VisibleTransactions.parse("100:105:101"), 500);

        assertThat(sight.sees(new Version(499, 0, 0), null)).isTrue();
        assertThatThrownBy(() -> sight.sees(new Version(501, 0, 0), null)).isInstanceOf(ReconcileException.class);
        assertThatThrownBy(() -> sight.sees(new Version(400, 450, 0), null)).isInstanceOf(ReconcileException.class);
    }
}
