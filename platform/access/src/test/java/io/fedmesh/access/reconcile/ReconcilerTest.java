package io.fedmesh.access.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.access.Fixtures;
import io.fedmesh.access.QueryRefusedException;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final Principal OPERATOR = new Principal("local-operator");
    private static final ReconcileSettings SETTINGS =
            new ReconcileSettings(Duration.ofSeconds(5), Duration.ofMillis(100), 10, 1_000_000);

    private final World world = new World();
    private long now;

    @Test
    void aTableThatHoldsWhatTheSourceHoldsIsClean() {
        world.put("C-1", "1.00");
        world.put("C-2", "2.5");
        world.put("C-2", "2.50");
        world.put("C-3", "3.00");
        world.delete("C-3");

        ReconcileReport report = reconcile(World.CRATE);

        assertThat(report.clean()).isTrue();
        assertThat(report.rows()).isEqualTo(2);
        assertThat(report.captured()).isEqualTo(5);
        assertThat(report.position()).matches("0/[0-9A-F]+");
    }

    @Test
    void whatTheTablesHoldAsTokensIsComparedWithTheTokensOfTheSource() {
        World one = new World(contracts ->
                Fixtures.tokenised(Fixtures.tokenised(contracts, World.CRATE, "owner"), World.LOAD, "owner"));
        for (ProductName product : List.of(World.CRATE, World.LOAD)) {
            Tokens tokens = Objects.requireNonNull(
                    Tokens.of(one.contracts.product(product).orElseThrow(), Fixtures.TOKEN_KEYS));
            one.ownerInTables = tokens::token;
            one.put("C-1", "1.00");
            one.put("C-2", "2.00");
            one.afterSnapshot = () -> one.put("C-1", "1.01");

            assertThat(reconciler(one).reconcile(product, OPERATOR).clean())
                    .as(product.toString())
                    .isTrue();

            one.afterSnapshot = () -> {};
            one.ownerInTables = owner -> owner;
            assertThat(reconciler(one).reconcile(product, OPERATOR).different())
                    .as("clear owners of " + product)
                    .isEqualTo(2);
        }
    }

    @Test
    void aProductWithTokensIsNotComparedWithoutTheirKey() {
        World one = new World(contracts -> Fixtures.tokenised(contracts, World.CRATE, "owner"));
        Reconciler reconciler = new Reconciler(
                one.contracts,
                one,
                one,
                one.tables,
                (who, what, purpose) -> Decision.allow("a test"),
                TokenKeys.NONE,
                SETTINGS);

        assertThatThrownBy(() -> reconciler.reconcile(World.CRATE, OPERATOR))
                .isInstanceOf(TableRefusedException.class)
                .hasMessageContaining("domain 'yard' must have a key of tokens");
    }

    @Test
    void changesAfterTheSnapshotDoNotCount() {
        world.put("C-1", "1.00");
        world.put("C-2", "2.00");
        world.put("C-3", "3.00");
        world.put("C-4", "4.00");
        world.afterSnapshot = () -> {
            world.put("C-1", "1.01");
            world.put("C-1", "1.02");
            world.delete("C-2");
            world.put("C-5", "5.00");
            world.delete("C-3");
            world.put("C-3", "3.33");
            world.put("C-6", "6.00");
            world.delete("C-6");
        };

        ReconcileReport report = reconcile(World.CRATE);

        assertThat(report.clean()).isTrue();
        assertThat(report.rows()).isEqualTo(4);
    }

    @Test
    void aTransactionThatStraddlesTheSnapshotIsNotSeenThoughItBeganBefore() {
        world.put("C-1", "1.00");
        world.put("C-2", "2.00");
        World.Transaction straddling = world.begin().put("C-1", "9.00").delete("C-2");
        world.put("C-3", "3.00");
        world.afterSnapshot = straddling::commit;

        assertThat(reconcile(World.CRATE).clean()).isTrue();
    }

    @Test
    void aTransactionThatIsInTheLogButNotYetVisibleIsNotSeen() {
        world.put("C-1", "1.00");
        World.Transaction committing = world.begin().put("C-1", "9.00").put("C-2", "2.00");
        committing.log();
        world.put("C-3", "3.00");
        world.afterSnapshot = committing::show;

        assertThat(reconcile(World.CRATE).clean()).isTrue();
    }

    @Test
    void manyTransactionsInAnyOrderStayExact() {
        for (long seed = 0; seed < 300; seed++) {
            World one = new World();
            Random random = new Random(seed);
            List<World.Transaction> running = new ArrayList<>();
            List<World.Transaction> logged = new ArrayList<>();
            Map<String, World.Transaction> locks = new TreeMap<>();
            Runnable step = () -> {
                int choice = random.nextInt(10);
                if (choice < 3 || running.isEmpty()) {
                    running.add(one.begin());
                } else if (choice < 7) {
                    World.Transaction transaction = running.get(random.nextInt(running.size()));
                    String id = "C-" + random.nextInt(12);
                    // a row that a transaction has changed is locked until it is over
                    if (locks.getOrDefault(id, transaction) == transaction) {
                        locks.put(id, transaction);
                        if (random.nextInt(4) == 0) {
                            transaction.delete(id);
                        } else {
                            transaction.put(id, random.nextInt(5) == 0 ? null : random.nextInt(1000) + ".25");
                        }
                    }
                } else if (choice < 9) {
                    logged.add(running.remove(random.nextInt(running.size())).log());
                } else if (!logged.isEmpty()) {
                    World.Transaction shown = logged.remove(random.nextInt(logged.size()));
                    shown.show();
                    locks.values().removeIf(t -> t == shown);
                }
            };
            for (int i = 0; i < 100; i++) {
                step.run();
            }
            one.afterSnapshot = () -> {
                for (int i = 0; i < 40; i++) {
                    step.run();
                }
            };

            ReconcileReport report = reconciler(one).reconcile(World.CRATE, OPERATOR);

            assertThat(report.clean()).as("seed %d: %s", seed, report).isTrue();
        }
    }

    @Test
    void aRowThatTheTableLacksIsMissing() {
        fill(30);
        world.faultInLatest =
                events -> events.stream().filter(e -> !e.id().equals("C-7")).toList();

        ReconcileReport report = reconcile(World.CRATE);

        assertThat(report.missing()).isOne();
        assertThat(report.missingKeys()).containsExactly(hash("C-7"));
        assertThat(report.extra() + report.different()).isZero();
        assertThat(report.clean()).isFalse();
    }

    @Test
    void aRowThatTheSourceLacksIsExtra() {
        fill(30);
        world.delete("C-7");
        world.faultInLatest =
                events -> events.stream().filter(e -> !e.deleted()).toList();

        ReconcileReport report = reconcile(World.CRATE);

        assertThat(report.extraKeys()).containsExactly(hash("C-7"));
        assertThat(report.missing() + report.different()).isZero();
    }

    @Test
    void anAmountThatIsOffByOneHundredthIsDifferent() {
        fill(30);
        world.faultInLatest = events -> events.stream()
                .map(e -> e.id().equals("C-7") ? amount(e, new BigDecimal("7.01")) : e)
                .toList();

        assertThat(reconcile(World.CRATE).differentKeys()).containsExactly(hash("C-7"));
    }

    @Test
    void aNullThatBecameZeroIsDifferent() {
        world.begin().put("C-1", null).commit();
        world.faultInLatest =
                events -> events.stream().map(e -> amount(e, BigDecimal.ZERO)).toList();

        assertThat(reconcile(World.CRATE).differentKeys()).containsExactly(hash("C-1"));
    }

    @Test
    void rowsThatWereSwappedAreBothDifferent() {
        fill(30);
        world.faultInLatest = events -> events.stream()
                .map(e -> switch (e.id()) {
                    case "C-7" -> amount(e, new BigDecimal("8.00"));
                    case "C-8" -> amount(e, new BigDecimal("7.00"));
                    default -> e;
                })
                .toList();

        assertThat(reconcile(World.CRATE).differentKeys()).containsExactlyInAnyOrder(hash("C-7"), hash("C-8"));
    }

    @Test
    void aFaultIsFoundWhileWritesGoOn() {
        fill(30);
        world.afterSnapshot = () -> {
            for (int i = 10; i < 20; i++) {
                world.put("C-" + i, "99.00");
            }
        };
        world.faultInLatest =
                events -> events.stream().filter(e -> !e.id().equals("C-7")).toList();

        assertThat(reconcile(World.CRATE).missingKeys()).containsExactly(hash("C-7"));
    }

    @Test
    void anEventThatIsTwiceInTheHistoryIsAProblem() {
        fill(3);
        world.faultInHistory = events -> {
            List<World.Event> twice = new ArrayList<>(events);
            twice.add(events.get(0));
            return twice;
        };

        assertThat(reconcile(World.CRATE).problems())
                .containsExactly("history must hold each version of a key once but holds 1 more");
    }

    @Test
    void anAccountThatDoesNotAddUpIsAProblem() {
        fill(3);
        world.tables.counts = Map.of("captured", 3L, "applied", 1L, "superseded", 1L);

        assertThat(reconcile(World.CRATE).problems())
                .containsExactly("captured must be applied + superseded + rejected + filtered = 2 but was 3");
    }

    @Test
    void atMostTwentyKeysAreNamedAndNoneInClear() {
        fill(50);
        world.faultInLatest = events -> List.of();

        ReconcileReport report = reconcile(World.CRATE);

        assertThat(report.missing()).isEqualTo(50);
        assertThat(report.missingKeys()).hasSize(20).allMatch(k -> k.matches("[0-9a-f]{16}"));
    }

    @Test
    void aQuietDerivedProductIsDecidedInOneRound() {
        fill(30);

        ReconcileReport report = reconcile(World.LOAD);

        assertThat(report.clean()).isTrue();
        assertThat(report.rows()).isEqualTo(30);
        assertThat(world.snapshots).isOne();
    }

    @Test
    void aDerivedProductThatKeepsMovingSettlesWhenEachKeyWasEqualOnce() {
        fill(30);
        int[] round = {0};
        world.afterSnapshot = () -> {
            if (round[0]++ < 4) {
                world.put("C-" + round[0], "5" + round[0] + ".00");
            }
        };

        assertThat(reconcile(World.LOAD).clean()).isTrue();
    }

    @Test
    void aWrongDerivedRowIsDifferentAfterThreeRounds() {
        fill(30);
        world.topology = amounts -> {
            Map<String, BigDecimal> wrong = World.doubled(amounts);
            wrong.computeIfPresent("C-7", (id, amount) -> amount.add(new BigDecimal("0.01")));
            wrong.remove("C-8");
            wrong.put("C-99", BigDecimal.ONE);
            return wrong;
        };

        ReconcileReport report = reconcile(World.LOAD);

        assertThat(report.differentKeys()).containsExactly(hash("C-7"));
        assertThat(report.missingKeys()).containsExactly(hash("C-8"));
        assertThat(report.extraKeys()).containsExactly(hash("C-99"));
        assertThat(report.unsettled()).isZero();
        assertThat(world.snapshots).isEqualTo(3);
    }

    @Test
    void aDerivedKeyThatNeverStandsStillIsUnsettled() {
        fill(30);
        int[] round = {0};
        world.afterSnapshot = () -> world.put("C-7", round[0]++ + ".00");

        ReconcileReport report = reconcile(World.LOAD);

        assertThat(report.unsettledKeys()).containsExactly(hash("C-7"));
        assertThat(report.clean()).isFalse();
        assertThat(world.snapshots).isEqualTo(10);
    }

    @Test
    void anInitialSnapshotThatIsNotPublishedInTimeIsSaid() {
        world.snapshotComplete = false;

        assertThatThrownBy(() -> reconcile(World.CRATE))
                .isInstanceOf(ReconcileException.class)
                .hasMessage("[yard.private.db.internal.v1] the initial snapshot must be published within 5000 ms but"
                        + " did not: is every process of the mesh running?");
    }

    @Test
    void aPrincipalWhoMayNotReadTheProductMayNotCompareIt() {
        Reconciler reconciler = new Reconciler(
                world.contracts,
                world,
                world,
                world.tables,
                (who, what, purpose) -> Decision.deny("no agreement"),
                TokenKeys.NONE,
                SETTINGS);

        assertThatThrownBy(() -> reconciler.reconcile(World.CRATE, OPERATOR))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage("[yard.crate] must be allowed for local-operator but was denied: no agreement");
        assertThat(world.snapshots).isZero();
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            world.put("C-" + i, i + ".00");
        }
    }

    private ReconcileReport reconcile(ProductName product) {
        return reconciler(world).reconcile(product, OPERATOR);
    }

    private Reconciler reconciler(World one) {
        return new Reconciler(
                one.contracts,
                one,
                one,
                one.tables,
                (who, what, purpose) -> Decision.allow("a test"),
                Fixtures.TOKEN_KEYS,
                SETTINGS,
                new Waiting(SETTINGS, () -> now, pause -> now += pause.toNanos()));
    }

    private static World.Event amount(World.Event event, BigDecimal amount) {
        return new World.Event(event.id(), amount, event.deleted(), event.version(), event.transaction());
    }

    private static String hash(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 16);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
