package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TableRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedTablesIT {
    private final LakeRig rig = LakeRig.get();

    @TempDir
    Path index;

    @Test
    void rowsEqualAnIndependentMapAndNothingInTheBucketCanBeRead() throws IOException {
        LakeConfig lake = rig.newLake();
        Contract contract = Samples.contract("well");
        Map<Long, String> expected = new TreeMap<>();
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            long events = write(catalog, contract, expected, new Random(7), 12);
            assertThat(LakeRig.latest(catalog, contract)).isEqualTo(expected);
            assertThat(LakeRig.historyRows(catalog, contract)).isEqualTo(events);
            onlyDeletionVectors(catalog, contract);
        }
        List<String> readable = new ArrayList<>();
        int encrypted = 0;
        for (Path file : bucket(lake)) {
            byte[] bytes = Files.readAllBytes(file);
            String name = file.getFileName().toString();
            String magic = new String(bytes, 0, 4, StandardCharsets.ISO_8859_1);
            if (name.endsWith(".parquet")) {
                assertThat(magic).as(name).isEqualTo("PARE");
                encrypted++;
            } else if (name.endsWith(".avro") || name.endsWith(".puffin")) {
                assertThat(magic).as(name).isEqualTo("AGS1");
                encrypted++;
            } else {
                readable.add(name);
            }
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            // never the bytes themselves in a message, and nothing so short that random bytes have it by chance
            assertThat(text.contains("OWNER-")).as(name).isFalse();
            assertThat(text.contains("mesh_version") && !readable.contains(name))
                    .as(name + " shows its columns' names")
                    .isFalse();
            assertThat(text.contains("F|70000")).as(name + " shows a key").isFalse();
        }
        assertThat(encrypted).isGreaterThan(40);
        assertThat(readable).isNotEmpty().allMatch(name -> name.endsWith(".metadata.json"));
    }

    @Test
    void aWrongKeyIsRefused() throws IOException {
        LakeConfig lake = rig.newLake();
        Contract contract = Samples.contract("well");
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            write(catalog, contract, new TreeMap<>(), new Random(1), 1);
        }
        byte[] other = new byte[32];
        try (EncryptedCatalog catalog = EncryptedCatalog.open(rig.withKeys(lake, id -> other), Clock.systemUTC())) {
            assertThatThrownBy(() -> LakeRig.latest(catalog, contract))
                    .hasRootCauseInstanceOf(javax.crypto.AEADBadTagException.class)
                    .hasStackTraceContaining(
                            "[key domain-drilling] the table's key must open with this key but did not");
        }
    }

    @Test
    void whereTheBucketEncryptsOthersReadTheFilesAndALakeThatDemandsKeysRefusesTheTables() throws IOException {
        LakeConfig lake = rig.newLake();
        Contract contract = Samples.contract("well");
        Map<Long, String> expected = new TreeMap<>();
        LakeConfig plain = new LakeConfig(
                lake.catalogUri(),
                lake.user(),
                lake.password(),
                lake.warehouse(),
                lake.fileIo(),
                LakeConfig.Encryption.LEFT_TO_THE_BUCKET,
                lake.keys());
        try (EncryptedCatalog catalog = EncryptedCatalog.open(plain, Clock.systemUTC())) {
            write(catalog, contract, expected, new Random(5), 3);
            assertThat(LakeRig.latest(catalog, contract)).isEqualTo(expected);
        }
        for (Path file : bucket(lake)) {
            String magic = new String(Files.readAllBytes(file), 0, 4, StandardCharsets.ISO_8859_1);
            assertThat(magic).as(file.getFileName().toString()).isNotIn("PARE", "AGS1");
        }
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            assertThatThrownBy(() -> LakeRig.latest(catalog, contract))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("'encryption.key-id' must be set: every table is encrypted");
        }
    }

    @Test
    void metadataChangedInTheBucketIsRefused() throws IOException {
        LakeConfig lake = rig.newLake();
        Contract contract = Samples.contract("well");
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            write(catalog, contract, new TreeMap<>(), new Random(1), 1);
        }
        for (Path file : bucket(lake)) {
            if (file.toString().endsWith(".metadata.json")) {
                String text = Files.readString(file);
                Files.writeString(file, text.replace("\"zstd\"", "\"gzip\""));
            }
        }
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            assertThatThrownBy(() -> LakeRig.latest(catalog, contract))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("it was changed outside the catalog");
        }
    }

    @Test
    void aTableKeepsItsKeyId() throws Exception {
        LakeConfig lake = rig.newLake();
        Contract contract = Samples.contract("well");
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            Table table = new ProductTables(catalog).ensure(contract, true);
            assertThatThrownBy(() -> table.updateProperties()
                            .remove(TableProperties.ENCRYPTION_TABLE_KEY)
                            .commit())
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("'encryption.key-id' must be 'domain-drilling' but was absent");
            assertThatThrownBy(table::newTransaction).isInstanceOf(TableRefusedException.class);
        }
        try (Connection connection = DriverManager.getConnection(lake.catalogUri(), lake.user(), lake.password());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE mesh_table_key SET key_id = 'domain-other'");
        }
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            assertThatThrownBy(() -> LakeRig.latest(catalog, contract))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("must be 'domain-other' but was 'domain-drilling'");
        }
    }

    @Test
    void expiredSnapshotsTakeTheirKeysWithThemAndTheSinkGoesOn() throws IOException {
        Contract contract = Samples.contract("well");
        Map<Long, String> expected = new TreeMap<>();
        try (EncryptedCatalog catalog = EncryptedCatalog.open(rig.newLake(), Clock.systemUTC())) {
            write(catalog, contract, expected, new Random(3), 14);
            Table table = new LakeTables(catalog).load(contract.name(), true);
            table.expireSnapshots()
                    .expireOlderThan(Long.MAX_VALUE)
                    .retainLast(2)
                    .cleanExpiredFiles(false)
                    .commit();
            try (SinkCore core = rig.core(catalog, contract, index.resolve("again"))) {
                Map<Integer, Long> from = core.open(java.util.Set.of(0, 1));
                core.add(Samples.upsert(0, from.getOrDefault(0, 0L), 1_000, 1_000_000, "after"), 1);
                core.flush();
                expected.put(1_000L, "after");
            }
            assertThat(LakeRig.latest(catalog, contract)).isEqualTo(expected);
            Table now = new LakeTables(catalog).load(contract.name(), true);
            assertThat(now.snapshots()).hasSize(3);
            assertThat(((org.apache.iceberg.HasTableOperations) now)
                            .operations()
                            .current()
                            .encryptionKeys())
                    .hasSizeLessThanOrEqualTo(1 + 3 + 8);
        }
    }

    private long write(
            EncryptedCatalog catalog, Contract contract, Map<Long, String> expected, Random random, int commits) {
        long[] offsets = new long[2];
        long events = 0;
        try (SinkCore core = rig.core(catalog, contract, index)) {
            core.open(java.util.Set.of(0, 1));
            for (int commit = 0; commit < commits; commit++) {
                for (int i = 0; i < 200; i++) {
                    long number = 7_000_000_000L + random.nextInt(150); // keys so long that random bytes never hold one
                    int partition = (int) (number % 2);
                    long offset = offsets[partition]++;
                    events++;
                    if (random.nextInt(5) == 0) {
                        core.add(Samples.delete(partition, offset, number, events), 10);
                        expected.remove(number);
                    } else {
                        String owner = "OWNER-" + events;
                        core.add(Samples.upsert(partition, offset, number, events, owner), 100);
                        expected.put(number, owner);
                    }
                }
                core.flush();
            }
            Counts counts = core.counts();
            assertThat(counts.captured()).isEqualTo(events);
            assertThat(counts.applied() + counts.superseded()).isEqualTo(events);
        }
        return events;
    }

    private List<Path> bucket(LakeConfig lake) throws IOException {
        String name = lake.warehouse().substring(lake.warehouse().lastIndexOf('/') + 1);
        try (Stream<Path> files = Files.walk(rig.s3.bucketFolder().resolve(name))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void onlyDeletionVectors(EncryptedCatalog catalog, Contract contract) throws IOException {
        Table table = new LakeTables(catalog).load(contract.name(), true);
        List<DeleteFile> deletes = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                assertThat(task.deletes()).hasSizeLessThanOrEqualTo(1);
                deletes.addAll(task.deletes());
            }
        }
        assertThat(deletes).isNotEmpty().extracting(ContentFile::format).containsOnly(FileFormat.PUFFIN);
        assertThat(table.snapshots()).allSatisfy(snapshot -> {
            for (DeleteFile added :
                    SnapshotChanges.builderFor(table).snapshot(snapshot).build().addedDeleteFiles()) {
                assertThat(added.format()).isEqualTo(FileFormat.PUFFIN);
            }
        });
    }
}
