package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Quality;
import io.fedmesh.lake.AuditStatus;
import io.fedmesh.lake.TableRefusedException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final Quality NAMED = new Quality(List.of(new Quality.Rule(
            "every well has an owner",
            new Quality.NullValues("owner_name"),
            new Quality.Demand(Quality.Operator.MUST_BE, BigDecimal.ZERO, null, Quality.Unit.ROWS))));
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

    private final MemoryProduct product = new MemoryProduct();
    private int id;

    @BeforeEach
    void audited() {
        product.audit();
    }

    @Test
    void rowsAreSeenWhenTheyWereAudited() {
        product.commit(Map.of(1L, "a", 2L, "b"), Set.of());
        assertThat(product.readLatest()).isEmpty();
        assertThat(product.readEvents()).isZero();

        assertThat(audit().run()).isEqualTo(new Audit.Result(List.of(), true));

        assertThat(product.readLatest()).isEqualTo(Map.of(1L, "a", 2L, "b"));
        assertThat(product.readEvents()).isEqualTo(2);
        assertThat(audit().run()).isEqualTo(Audit.Result.NOTHING_NEW);
    }

    @Test
    void aTableWithoutACommitHasNothingToAudit() {
        assertThat(audit().run()).isEqualTo(Audit.Result.NOTHING_NEW);
    }

    @Test
    void badRowsAreHeldAndACorrectionPublishesAll() {
        product.commit(Map.of(1L, "a"), Set.of());
        audit().run();
        product.commit(with(2L, null), Set.of());
        product.commit(Map.of(3L, "c"), Set.of(1L));

        Audit.Result held = audit().run();
        assertThat(held.isPublished()).isFalse();
        assertThat(held.broken()).singleElement().satisfies(finding -> {
            assertThat(finding.count()).isEqualTo(1);
            assertThat(finding.rows()).isEqualTo(2);
        });
        assertThat(product.readLatest()).isEqualTo(Map.of(1L, "a"));
        assertThat(product.readEvents()).isEqualTo(1);

        product.commit(Map.of(2L, "b"), Set.of());
        assertThat(audit().run().isPublished()).isTrue();
        assertThat(product.readLatest()).isEqualTo(Map.of(2L, "b", 3L, "c"));
        assertThat(product.readEvents()).isEqualTo(5);
    }

    @Test
    void upkeepOfWhatIsStagedWhileReadersAreHeldBackLosesNothingOfEither() {
        product.commit(Map.of(1L, "a", 2L, "b", 4L, "d"), Set.of());
        audit().run();
        Map<Long, String> seen = Map.copyOf(product.expected);
        product.commit(with(9L, null), Set.of(2L));
        for (long round = 0; round < 20; round++) {
            product.commit(Map.of(round % 7 + 10, "r" + round), round % 3 == 0 ? Set.of(round % 7 + 11) : Set.of());
            if (round % 5 == 4) {
                upkeep();
                assertThat(audit().run().broken()).hasSize(1);
                assertThat(product.readLatest()).isEqualTo(seen);
                assertThat(product.readEvents()).isEqualTo(3);
            }
        }
        assertThat(new LatestRebuild(
                                () -> product.table(false),
                                () -> product.table(true),
                                product.contract,
                                () -> "upkeep" + id++,
                                pauseMs -> {})
                        .run())
                .isEqualTo(new LatestRebuild.Result(0, 0));

        product.commit(Map.of(9L, "i"), Set.of());
        assertThat(audit().run().isPublished()).isTrue();

        assertThat(product.readLatest()).isEqualTo(product.expected).isEqualTo(product.latest());
        upkeep();
        assertThat(product.readLatest()).isEqualTo(product.expected);
        assertThat(audit().run().broken()).isEmpty();
        assertThat(product.readLatest()).isEqualTo(product.expected).isEqualTo(product.latest());
    }

    @Test
    void aCrashBetweenTheTwoTablesIsMadeGoodByTheNextAudit() {
        product.commit(Map.of(1L, "a"), Set.of());
        audit().run();
        product.commit(Map.of(1L, "b"), Set.of());
        assertThatThrownBy(() ->
                        audit(() -> product.published(false), this::crashing).run())
                .hasMessage("crash");
        assertThat(product.readEvents())
                .as("history is ahead, as the sink leaves it")
                .isEqualTo(2);
        assertThat(product.readLatest()).isEqualTo(Map.of(1L, "a"));

        assertThat(audit().run().isPublished()).isTrue();
        assertThat(product.readEvents()).isEqualTo(2);
        assertThat(product.readLatest()).isEqualTo(Map.of(1L, "b"));
    }

    @Test
    void eventsThatLatestHasNotAppliedYetAreNotPublished() {
        product.commit(Map.of(1L, "a"), Set.of());
        product.table(false)
                .newAppend()
                .set(Summary.OFFSETS, "{\"0\":7,\"1\":9}")
                .set(Summary.COMMIT_ID, "ahead")
                .commit();

        assertThat(audit().run().isPublished()).isTrue();

        assertThat(product.readLatest()).isEqualTo(Map.of(1L, "a"));
        assertThat(Summary.offsets(
                        Objects.requireNonNull(product.published(false).currentSnapshot())
                                .summary()
                                .get(Summary.OFFSETS)))
                .isEqualTo(Map.of(0, 0L, 1, 1L));
    }

    @Test
    void theStatusSaysWhichRuleIsBrokenAndHowOftenAndNoValue() {
        ProductName name = product.contract.name();
        Auditor auditor = new Auditor(Map.of(name, audit()), Clock.systemUTC());
        assertThat(auditor.status(name)).isEqualTo(AuditStatus.PENDING);
        assertThat(auditor.status(ProductName.parse("other.product"))).isNull();

        product.commit(with(2L, null), Set.of());
        auditor.audit(name);
        assertThat(auditor.status(name))
                .isEqualTo(new AuditStatus(
                        AuditStatus.State.HELD,
                        "'every well has an owner' mustBe 0 but 1 of 1 rows were counted",
                        1,
                        null));

        product.commit(Map.of(2L, "b"), Set.of());
        auditor.audit(name);
        AuditStatus published = Objects.requireNonNull(auditor.status(name));
        assertThat(published.state()).isEqualTo(AuditStatus.State.PUBLISHED);
        assertThat(published.message()).isNull();
        assertThat(published.lastPublished()).isNotNull();
    }

    @Test
    void aTableThatMustNotBeReadIsToldAndTheOthersAreAudited() {
        product.commit(Map.of(2L, "b"), Set.of());
        ProductName broken = ProductName.parse("drilling.broken");
        Supplier<Table> refused = () -> {
            throw new TableRefusedException("[drilling.broken] not this one");
        };
        try (Auditor auditor = new Auditor(
                Map.of(product.contract.name(), audit(), broken, audit(refused, refused)), Clock.systemUTC())) {
            auditor.start();
            await().until(() -> product.readLatest().equals(Map.of(2L, "b")));
            await().until(() -> Objects.requireNonNull(auditor.status(broken)).state() == AuditStatus.State.FAILING);
            assertThat(Objects.requireNonNull(auditor.status(broken)).message())
                    .isEqualTo("TableRefusedException: [drilling.broken] not this one");

            product.commit(Map.of(2L, "c"), Set.of());
            auditor.committed(product.contract.name());
            await().until(() -> product.readLatest().equals(Map.of(2L, "c")));
        }
    }

    private void upkeep() {
        for (boolean latest : new boolean[] {false, true}) {
            Compaction.Rewritten rewritten = new Compaction(
                            product.table(latest),
                            new CompactionPlan(1 << 20, 2, 1 << 20),
                            () -> "upkeep" + id++,
                            pauseMs -> {})
                    .read();
            if (rewritten != null) {
                rewritten.commit();
            }
            new SnapshotExpiry(product.table(latest), LATER, () -> "upkeep" + id++).run(Duration.ofMinutes(10), 1);
        }
    }

    private Audit audit() {
        return audit(() -> product.published(false), () -> product.published(true));
    }

    private static Audit audit(Supplier<Table> history, Supplier<Table> latest) {
        return new Audit(NAMED, history, latest, new Random(1));
    }

    private static Map<Long, String> with(long key, @Nullable String owner) {
        Map<Long, String> changes = new HashMap<>();
        changes.put(key, owner);
        return changes;
    }

    /** A latest table that cannot be committed to. */
    private Table crashing() {
        TableOperations real = ((HasTableOperations) product.published(true)).operations();
        TableOperations crashing = (TableOperations) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TableOperations.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        throw new IllegalStateException("crash");
                    }
                    return method.invoke(real, arguments);
                });
        return new BaseTable(crashing, "crashing");
    }
}
