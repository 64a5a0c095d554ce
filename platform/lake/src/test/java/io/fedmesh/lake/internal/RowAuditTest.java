package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Quality;
import io.fedmesh.lake.TableRefusedException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

class RowAuditTest {
    private final MemoryProduct product = new MemoryProduct();

    @Test
    void eachMeasureCountsLiveRows() {
        Map<Long, String> rows = new HashMap<>();
        rows.put(1L, "ann");
        rows.put(2L, "bob");
        rows.put(3L, null);
        rows.put(4L, "");
        rows.put(5L, "ann");
        rows.put(6L, "x9");
        product.commit(rows, Set.of());
        product.commit(Map.of(7L, "ann", 1L, "ann", 2L, "b-b"), Set.of(6L));

        assertThat(counts(
                        new Quality.RowCount(),
                        new Quality.NullValues("owner_name"),
                        new Quality.NullValues("labels"),
                        new Quality.MissingValues("owner_name", Set.of("", "none"), Quality.Nulls.MISSING),
                        new Quality.MissingValues("owner_name", Set.of(""), Quality.Nulls.PRESENT),
                        new Quality.UnlistedValues("owner_name", Set.of("ann", "")),
                        new Quality.UnlistedValues("depth", Set.of("1")),
                        new Quality.UnlistedValues("well_no", Set.of("1", "2", "3")),
                        new Quality.UnlistedValues("active", Set.of("false")),
                        new Quality.UnmatchedValues("owner_name", "[a-z]*"),
                        new Quality.DuplicateValues(List.of("owner_name")),
                        new Quality.DuplicateValues(List.of("owner_name", "well_no")),
                        new Quality.DuplicateValues(List.of("drilled_on"))))
                .containsExactly(6L, 1L, 0L, 2L, 1L, 1L, 0L, 3L, 6L, 1L, 2L, 0L, 5L);
    }

    @Test
    void rowsAreCountedWithoutReadingThem() {
        product.commit(Map.of(1L, "a", 2L, "b", 3L, "c"), Set.of());
        product.commit(Map.of(2L, "d"), Set.of(1L));

        assertThat(counts(new Quality.RowCount())).containsExactly(2L);
    }

    @Test
    void howManyValuesAreRememberedAtATimeChangesNothing() {
        Random random = new Random(3);
        for (int commit = 0; commit < 4; commit++) {
            Map<Long, String> changes = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                changes.put((long) random.nextInt(150), "owner" + random.nextInt(40));
            }
            product.commit(changes, Set.of());
        }
        long repeated = product.expected.size() - new HashSet<>(product.expected.values()).size();
        for (int most : new int[] {1_000, 30}) {
            assertThat(findings(
                            most,
                            new Quality.DuplicateValues(List.of("owner_name")),
                            new Quality.DuplicateValues(List.of("well_no"))))
                    .extracting(RowAudit.Finding::count)
                    .containsExactly(repeated, 0L);
        }
    }

    @Test
    void whatWasFoundIsToldWithoutAValue() {
        product.commit(Map.of(1L, "secret", 2L, "secret"), Set.of());

        assertThat(findings(10, new Quality.DuplicateValues(List.of("owner_name"))))
                .singleElement()
                .hasToString("'rule 0' mustBe 0 but 1 of 2 rows were counted")
                .satisfies(finding -> assertThat(finding.isGood()).isFalse());
    }

    @Test
    void aColumnThatIsNotThereIsRefused() {
        product.commit(Map.of(1L, "a"), Set.of());

        assertThatThrownBy(() -> counts(new Quality.NullValues("no")))
                .isInstanceOf(TableRefusedException.class)
                .hasMessageEndingWith("the column 'no' must exist to be audited but does not");
    }

    @Test
    void aPatternThatNeverEndsIsRefusedAndTheValueNotTold() {
        product.commit(Map.of(1L, "a".repeat(60) + "!"), Set.of());

        assertThatThrownBy(() -> counts(new Quality.UnmatchedValues("owner_name", "a*a*a*a*a*b")))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[a*a*a*a*a*b] a pattern must match a value in 1048576 steps but did not");
        product.commit(Map.of(1L, "ab".repeat(100_000)), Set.of());
        assertThatThrownBy(() -> counts(new Quality.UnmatchedValues("owner_name", "(a|b)*")))
                .isInstanceOf(TableRefusedException.class)
                .hasMessageContaining("steps but did not");
    }

    @Test
    void aSetOfNumbersKnowsWhatItHas() {
        Random random = new Random(5);
        LongSet set = new LongSet();
        Set<Long> oracle = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextInt(4) == 0 ? random.nextInt(50) : random.nextLong();
            assertThat(set.add(number)).isEqualTo(oracle.add(number));
        }
    }

    private List<Long> counts(Quality.Measure... measures) {
        return findings(1_000, measures).stream().map(RowAudit.Finding::count).toList();
    }

    private List<RowAudit.Finding> findings(int maxValues, Quality.Measure... measures) {
        List<Quality.Rule> rules = new ArrayList<>();
        for (Quality.Measure measure : measures) {
            rules.add(new Quality.Rule(
                    "rule " + rules.size(),
                    measure,
                    new Quality.Demand(Quality.Operator.MUST_BE, BigDecimal.ZERO, null, Quality.Unit.ROWS)));
        }
        Table table = product.table(true);
        return new RowAudit(
                        table, Objects.requireNonNull(table.currentSnapshot()).snapshotId(), new Random(1), maxValues)
                .findings(new Quality(rules));
    }
}
