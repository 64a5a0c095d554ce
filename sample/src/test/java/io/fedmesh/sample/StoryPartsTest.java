package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.local.SampleStory.WorkloadOptions;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The parts of the story that need no database. */
class StoryPartsTest {
    private static final Supplier<Connection> NOWHERE = () -> {
        throw new IllegalStateException("nowhere to connect to");
    };

    @Test
    void aCopiedValueIsEscaped() {
        CopyText text = new CopyText();
        text.field("a\tb\nc\r\\N").field(null).field("").field(-7).endRow();
        text.field("x").endRow();

        assertThat(text).hasToString("a\\tb\\nc\\r\\\\N\t\\N\t\t-7\nx\n");
    }

    @Test
    void sqlPiecesTakeTheirExpressions() {
        assertThat(Sql.of("select {CONTRACTOR_ID}, {CONTRACTOR_ID n + 1}"))
                .isEqualTo("select ('C-' || lpad((n)::text, 5, '0')), ('C-' || lpad((n + 1)::text, 5, '0'))");
    }

    @Test
    void copiedIdentitiesAreThoseOfSql() {
        assertThat(CopyText.projectId(7)).isEqualTo("P-000007");
        assertThat(CopyText.projectId(97)).isEqualTo("P-000097|x\\y");
        assertThat(CopyText.contractorId(7)).isEqualTo("C-00007");
        assertThat(CopyText.moment(2)).isEqualTo("2026-01-05T08:00:02.000125Z");
    }

    @Test
    void aWindowLiesWithinItsBlock() {
        Random random = new Random(1);
        Block block = new Block(10, 20);
        Set<Long> starts = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Block window = block.window(3, random);
            assertThat(window.from()).isBetween(10L, 17L);
            assertThat(window.size()).isEqualTo(3);
            starts.add(window.from());
        }
        assertThat(starts).hasSize(8);
        assertThat(block.window(10, random)).isEqualTo(block);
    }

    @Test
    void whatATransactionAddsHoldsFromItsCommitOn() {
        Blocks<String> blocks = new Blocks<>();
        blocks.add("lost");
        blocks.rollback();
        blocks.add("kept");
        assertThat(blocks.isEmpty()).isTrue();

        blocks.commit();
        blocks.remove("kept");
        blocks.rollback();
        assertThat(blocks.any(new Random(1))).isEqualTo("kept");

        blocks.remove("kept");
        blocks.commit();
        assertThat(blocks.isEmpty()).isTrue();
    }

    @Test
    void aBatchIsSmallForAShortStoryAndBoundedForALongOne() {
        assertThat(ConstructionWorkload.batch(1)).isEqualTo(1);
        assertThat(ConstructionWorkload.batch(20_000)).isEqualTo(50);
        assertThat(ConstructionWorkload.batch(1_000_000_000)).isEqualTo(2_000);
        assertThat(ConstructionWorkload.projects(1)).isEqualTo(2);
        assertThat(ConstructionWorkload.projects(1_000_000_000)).isEqualTo(5_000);
    }

    @Test
    void aWorkloadThatCannotConnectSaysWhyAndEnds() {
        ConstructionWorkload workload =
                ConstructionWorkload.start(new WorkloadOptions(10, Duration.ofSeconds(1), 1, NOWHERE));

        Assertions.assertThatIllegalStateException()
                .isThrownBy(workload::await)
                .withMessage("[sample workload] every transaction must end well but one failed after 0 rows")
                .havingCause()
                .withMessage("nowhere to connect to");
        workload.close();
        assertThat(workload.isDone()).isTrue();
    }
}
