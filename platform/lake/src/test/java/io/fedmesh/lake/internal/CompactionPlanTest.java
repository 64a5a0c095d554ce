package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.lake.internal.CompactionPlan.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private final CompactionPlan plan = new CompactionPlan(128 * MIB, 8, 256 * MIB);

    @Test
    void aLevelWaitsUntilItHasEnoughFiles() {
        assertThat(plan.groups(files(7, 20 * KIB))).isEmpty();
        assertThat(plan.groups(files(8, 20 * KIB)))
                .singleElement()
                .satisfies(group -> assertThat(group.files()).hasSize(8));
    }

    @Test
    void filesOfTwoSizesOrTwoGroupsDoNotMeet() {
        List<Candidate<String>> files = files(7, 20 * KIB);
        files.addAll(files(7, 10 * MIB));
        files.add(new Candidate<>("other", "1", 0, 20 * KIB, 10, 0));
        assertThat(plan.groups(files)).isEmpty();
    }

    @Test
    void aLargeFileIsRewrittenWhenEnoughOfItsRowsAreDeletedAndASmallOneWaitsForItsLevel() {
        assertThat(plan.groups(List.of(new Candidate<>("large", "0", 0, 100 * MIB, 1_000, 299))))
                .isEmpty();
        assertThat(plan.groups(List.of(new Candidate<>("large", "0", 0, 100 * MIB, 1_000, 300))))
                .hasSize(1);
        assertThat(plan.groups(List.of(new Candidate<>("small", "0", 0, MIB, 1_000, 900))))
                .isEmpty();
    }

    @Test
    void filesWithoutALiveRowGoAtOnceAndFirst() {
        List<Candidate<String>> files = files(8, 20 * KIB);
        files.add(new Candidate<>("dead", "0", 9, MIB, 10, 10));
        assertThat(plan.groups(files))
                .first()
                .satisfies(group ->
                        assertThat(group.files()).extracting(Candidate::file).containsExactly("dead"));
    }

    @Test
    void aLargeFileIsOfNoInterest() {
        assertThat(plan.isCandidate(new Candidate<>("large", "0", 0, 100 * MIB, 1_000, 10)))
                .isFalse();
        assertThat(plan.isCandidate(new Candidate<>("small", "0", 0, 90 * MIB, 1_000, 0)))
                .isTrue();
    }

    @Test
    void aRoundIsBoundedAndNoFileGrowsBeyondTheTarget() {
        List<CompactionPlan.Group<String>> round = plan.groups(files(60, 20 * MIB));
        assertThat(round).isNotEmpty().allMatch(group -> group.bytes() <= 128 * MIB);
        assertThat(round.stream().mapToLong(CompactionPlan.Group::bytes).sum()).isLessThanOrEqualTo(256 * MIB);
    }

    @Test
    void aRowIsRewrittenAFewTimesAndFilesStayFewOverTenThousandCommits() {
        SplittableRandom random = new SplittableRandom(5);
        List<Candidate<String>> table = new ArrayList<>();
        long written = 0;
        long rewritten = 0;
        int most = 0;
        for (int commit = 0; commit < 10_000; commit++) {
            long bytes = 10 * KIB + random.nextLong(40 * KIB);
            written += bytes;
            table.add(new Candidate<>("c" + commit, "0", commit, bytes, bytes, 0));
            for (CompactionPlan.Group<String> group : plan.groups(table)) {
                table.removeAll(group.files());
                long merged = group.bytes();
                rewritten += merged;
                table.add(new Candidate<>("m" + commit, "0", commit, merged, merged, 0));
            }
            most = Math.max(most, table.size());
        }
        assertThat(most).isLessThan(40);
        assertThat((double) rewritten / written).isLessThan(6);
    }

    private static List<Candidate<String>> files(int count, long bytes) {
        List<Candidate<String>> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(new Candidate<>("f" + i + "-" + bytes, "0", i, bytes, bytes, 0));
        }
        return files;
    }
}
