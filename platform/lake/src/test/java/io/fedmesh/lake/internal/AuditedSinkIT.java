package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Quality;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink, its index and upkeep on the staged branch of encrypted tables, and what readers see of it. */
class AuditedSinkIT {
    private final LakeRig rig = LakeRig.get();
    private final Contract contract = audited(Samples.contract("well"));

    @TempDir
    Path index;

    private final Map<Long, String> expected = new TreeMap<>();
    private final Random random = new Random(11);
    private long offset;

    static Contract audited(Contract of) {
        return Samples.audited(
                of,
                new Quality(List.of(new Quality.Rule(
                        "owners have names",
                        new Quality.MissingValues("owner_name", Set.of(""), Quality.Nulls.MISSING),
                        new Quality.Demand(Quality.Operator.MUST_BE, BigDecimal.ZERO, null, Quality.Unit.ROWS)))));
    }

    static Audit audit(EncryptedCatalog catalog, Contract contract) {
        return new Audit(
                contract.quality(),
                () -> catalog.loadTable(ProductTables.identifier(contract.name(), false)),
                () -> catalog.loadTable(ProductTables.identifier(contract.name(), true)),
                new SecureRandom());
    }

    @Test
    void readersSeeAuditedRowsAloneWhateverSinkAndUpkeepDoMeanwhile() {
        Contract kept = Samples.kept(
                contract, new Contract.Upkeep(1 << 20, 2, Duration.ofMinutes(10), Duration.ofDays(3), Set.of()));
        try (EncryptedCatalog catalog = EncryptedCatalog.open(rig.newLake(), Clock.systemUTC())) {
            Map<Long, String> seen;
            long events;
            try (SinkCore core = rig.core(catalog, kept, index.resolve("one"))) {
                core.open(Set.of(0, 1));
                commits(core, 3);
                assertThat(LakeRig.latest(catalog, kept)).isEmpty();
                assertThat(LakeRig.historyRows(catalog, kept)).isZero();

                assertThat(audit(catalog, kept).run().isPublished()).isTrue();
                seen = Map.copyOf(expected);
                events = offset;
                assertThat(LakeRig.latest(catalog, kept)).isEqualTo(seen);
                assertThat(LakeRig.historyRows(catalog, kept)).isEqualTo(events);

                upsert(core, 99, "");
                core.flush();
                commits(core, 20);
            }
            long dropped = offset; // events of samples are older than any retention
            ProductUpkeep upkeep = new ProductUpkeep(
                    catalog, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)), new SecureRandom(), pauseMs -> {});
            assertThat(upkeep.round(kept)).anySatisfy(report -> {
                assertThat(report.filesBefore()).isPositive();
                assertThat(report.snapshotsExpired()).isPositive();
            });
            new ProductUpkeep(
                            catalog,
                            Clock.offset(Clock.systemUTC(), Duration.ofDays(10)),
                            new SecureRandom(),
                            pauseMs -> {})
                    .deleteOrphans(kept);
            try (SinkCore core = rig.core(catalog, kept, index.resolve("two"))) {
                assertThat(core.open(Set.of(0, 1))).isEqualTo(Map.of(0, offset));
                commits(core, 3);
                assertThat(audit(catalog, kept).run().broken()).hasSize(1);
                assertThat(LakeRig.latest(catalog, kept)).isEqualTo(seen);
                assertThat(LakeRig.historyRows(catalog, kept)).isEqualTo(events);

                upsert(core, 99, "named");
                core.flush();
                assertThat(audit(catalog, kept).run().isPublished()).isTrue();
                assertThat(LakeRig.latest(catalog, kept)).isEqualTo(expected);
                assertThat(LakeRig.historyRows(catalog, kept)).isEqualTo(offset - dropped);

                upsert(core, 98, "");
                core.flush();
            }
            Contract open = Samples.versioned(Samples.audited(kept, Quality.NONE), "1.1.0");
            try (SinkCore core = rig.core(catalog, open, index.resolve("two"))) {
                assertThat(LakeRig.latest(catalog, open)).isEqualTo(expected);
                core.open(Set.of(0, 1));
                commits(core, 2);
                assertThat(LakeRig.latest(catalog, open)).isEqualTo(expected);
            }
            Table latest = catalog.loadTable(ProductTables.identifier(open.name(), true));
            assertThat(latest.refs()).containsOnlyKeys("main");
        }
    }

    private void commits(SinkCore core, int commits) {
        for (int commit = 0; commit < commits; commit++) {
            for (int i = 0; i < 5; i++) {
                long key = random.nextInt(30);
                if (random.nextInt(4) == 0) {
                    core.add(Samples.delete(0, offset++, key, offset), 1);
                    expected.remove(key);
                } else {
                    upsert(core, key, "owner" + offset);
                }
            }
            core.flush();
        }
    }

    private void upsert(SinkCore core, long key, String owner) {
        core.add(Samples.upsert(0, offset++, key, offset, owner), 1);
        expected.put(key, owner);
    }
}
