package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.lake.internal.CompactionPlan.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private final CompactionPlan plan = new CompactionPlan(128 * MIB, 8, 256 * MIB);

    @Test
    void aLevelWaitsUntilItHasEnoughFilesWhileTheTableIsQuickToRead() {
        assertThat(plan.groups(besideMuch(files(7, 20 * KIB)))).isEmpty();
        assertThat(plan.groups(besideMuch(files(8, 20 * KIB))))
                .singleElement()
                .satisfies(group -> assertThat(group.files()).hasSize(8));
    }

    @Test
    void filesOfTwoSizesOrTwoGroupsDoNotMeet() {
        List<Candidate<String>> files = besideMuch(files(7, 20 * KIB));
        files.addAll(files(7, 2 * MIB));
        files.add(new Candidate<>("other", "1", 0, 20 * KIB, 10, 0));
        assertThat(plan.groups(files)).isEmpty();
    }

    @Test
    void whatCostsAReaderMostBesideItsRewritingGoesFirstWhenSmallFilesAreSlowToRead() {
        List<Candidate<String>> files = files(4, 20 * KIB);
        files.add(new Candidate<>("fresh", "0", 4, 4 * MIB, 1_000, 0));
        files.add(new Candidate<>("dying", "0", 5, 4 * MIB, 1_000, 900));
        assertThat(plan.groups(files))
                .singleElement()
                .satisfies(group -> assertThat(group.files())
                        .extracting(Candidate::file)
                        .containsExactly("f0-20480", "f1-20480", "f2-20480", "f3-20480", "dying"));
    }

    @Test
    void aSmallFileIsFreedOfItsVectorButAVectorAloneIsNoReasonToRewriteALargerOne() {
        assertThat(plan.groups(List.of(new Candidate<>("small", "0", 0, 20 * KIB, 1_000, 1))))
                .hasSize(1);
        assertThat(plan.groups(List.of(new Candidate<>("larger", "0", 0, 4 * MIB, 1_000, 1))))
                .isEmpty();
    }

    @Test
    void aFileIsRewrittenWhenEnoughOfItsRowsAreDeleted() {
        assertThat(plan.groups(List.of(new Candidate<>("large", "0", 0, 100 * MIB, 1_000, 299))))
                .isEmpty();
        assertThat(plan.groups(List.of(new Candidate<>("large", "0", 0, 100 * MIB, 1_000, 300))))
                .hasSize(1);
        assertThat(plan.groups(List.of(new Candidate<>("middle", "0", 0, 20 * MIB, 1_000, 250))))
                .isEmpty();
        assertThat(plan.groups(List.of(new Candidate<>("middle", "0", 0, 20 * MIB, 1_000, 350))))
                .hasSize(1);
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
    void noMoreFilesAreOpenTogetherThanMayBe() {
        assertThat(plan.groups(files(250, 20 * KIB)))
                .hasSize(3)
                .allSatisfy(
                        group -> assertThat(group.files()).hasSizeLessThanOrEqualTo(CompactionPlan.MAX_INPUT_FILES));
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

    @Test
    void aReaderOfATableThatIsAlwaysUpdatedPaysLittleMoreThanForItsRowsInOneFile() {
        SplittableRandom random = new SplittableRandom(7);
        for (int keys : List.of(2_000, 50_000, 1_000_000)) {
            UpdatedTable table = new UpdatedTable(keys, random);
            long rewritten = 0;
            for (int commit = 0; commit < 1_000; commit++) {
                table.update(2_000);
                if (commit % 3 == 2) {
                    for (CompactionPlan.Group<String> group : plan.groups(table.candidates())) {
                        rewritten += table.rewrite(group);
                    }
                    assertThat(table.readRatio()).isLessThanOrEqualTo(CompactionPlan.SLOW);
                }
            }
            // A row is written once, and is then a part of at most so many rewritings.
            assertThat((double) rewritten / (1_000 * 2_000 * UpdatedTable.ROW_BYTES))
                    .isLessThan(9);
        }
    }

    /** Rows of a key each, updated at random: an update deletes the row where it stands and comes in the commit's file. */
    private static final class UpdatedTable {
        private static final long ROW_BYTES = 50;

        private final SplittableRandom random;
        private final int[] fileOf;
        private final Map<Integer, long[]> files = new TreeMap<>();
        private int made;

        private UpdatedTable(int keys, SplittableRandom random) {
            this.random = random;
            this.fileOf = new int[keys];
            files.put(0, new long[] {keys, 0});
        }

        private void update(int rows) {
            int file = ++made;
            long written = 0;
            for (int key : random.ints(rows, 0, fileOf.length).distinct().toArray()) {
                Objects.requireNonNull(files.get(fileOf[key]))[1]++;
                fileOf[key] = file;
                written++;
            }
            files.put(file, new long[] {written, 0});
        }

        private List<Candidate<String>> candidates() {
            List<Candidate<String>> candidates = new ArrayList<>();
            files.forEach((file, rows) ->
                    candidates.add(new Candidate<>("" + file, "0", file, rows[0] * ROW_BYTES, rows[0], rows[1])));
            return candidates;
        }

        private long rewrite(CompactionPlan.Group<String> group) {
            Set<Integer> inputs = group.files().stream()
                    .map(file -> Integer.valueOf(file.file()))
                    .collect(Collectors.toSet());
            files.keySet().removeAll(inputs);
            int output = ++made;
            long live = 0;
            for (int key = 0; key < fileOf.length; key++) {
                if (inputs.contains(fileOf[key])) {
                    fileOf[key] = output;
                    live++;
                }
            }
            if (live > 0) {
                files.put(output, new long[] {live, 0});
            }
            return live * ROW_BYTES;
        }

        private double readRatio() {
            long cost = 0;
            for (long[] rows : files.values()) {
                cost += rows[0] * ROW_BYTES + CompactionPlan.OPEN_BYTES * (rows[1] == 0 ? 1 : 2);
            }
            return (double) cost / (fileOf.length * ROW_BYTES + CompactionPlan.OPEN_BYTES);
        }
    }

    /** With a file beside which small ones cost a reader little. */
    private static List<Candidate<String>> besideMuch(List<Candidate<String>> files) {
        List<Candidate<String>> all = new ArrayList<>(files);
        all.add(new Candidate<>("much", "0", 99, 60 * MIB, 1_000, 0));
        return all;
    }

    private static List<Candidate<String>> files(int count, long bytes) {
        List<Candidate<String>> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(new Candidate<>("f" + i + "-" + bytes, "0", i, bytes, bytes, 0));
        }
        return files;
    }
}
