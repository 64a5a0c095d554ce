package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.LocalKeyManagement;
import io.fedmesh.local.LocalKeyring;
import io.fedmesh.local.LocalPostgres;
import io.fedmesh.local.LocalS3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** Real PostgreSQL and S3 for tests, started once; each lake has its own database and warehouse. */
public final class LakeRig {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final LakeRig RIG = start();

    final Path home;
    final LocalPostgres postgres;
    final LocalS3 s3;
    final LocalKeyring keyring;

    private LakeRig(Path home) {
        this.home = home;
        this.postgres = LocalPostgres.start(home);
        this.s3 = LocalS3.start(home);
        this.keyring = LocalKeyring.open(home);
    }

    private static LakeRig start() {
        try {
            LakeRig rig = new LakeRig(Files.createTempDirectory("lake-rig"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                rig.s3.close();
                rig.postgres.close();
            }));
            return rig;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static LakeRig get() {
        return RIG;
    }

    /** The folder that keyring, database and bucket live in. */
    public Path home() {
        return home;
    }

    /** The bucket's name. */
    public String bucket() {
        return s3.bucket();
    }

    /** Where the bucket's objects lie as files. */
    public Path bucketFolder() {
        return s3.bucketFolder();
    }

    /** A lake of its own. */
    public LakeConfig newLake() {
        return newLake(keyring::key);
    }

    LakeConfig newLake(Function<String, byte[]> keys) {
        String name = "lake" + NUMBER.incrementAndGet();
        try {
            postgres.createDatabase(name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new LakeConfig(
                postgres.jdbcUrl(name),
                postgres.adminUser(),
                postgres.adminPassword(),
                "s3://" + s3.bucket() + "/" + name,
                Map.of(
                        "s3.endpoint",
                        s3.endpoint().toString(),
                        "s3.access-key-id",
                        s3.accessKey(),
                        "s3.secret-access-key",
                        s3.secretKey(),
                        "client.region",
                        "us-gov-west-1",
                        "s3.path-style-access",
                        "true"),
                new LocalKeyManagement(keys, new SecureRandom()));
    }

    /** The same lake through other keys. */
    LakeConfig withKeys(LakeConfig lake, Function<String, byte[]> keys) {
        return new LakeConfig(
                lake.catalogUri(),
                lake.user(),
                lake.password(),
                lake.warehouse(),
                lake.fileIo(),
                new LocalKeyManagement(keys, new SecureRandom()));
    }

    /** A core on real tables, which are made. */
    SinkCore core(EncryptedCatalog catalog, Contract contract, Path index) {
        new ProductTables(catalog).ensure(contract, false);
        new ProductTables(catalog).ensure(contract, true);
        return new SinkCore(
                contract.name().toString(),
                new IcebergTablePort(catalog, contract, false),
                new IcebergLatestPort(catalog, contract),
                partition -> new RocksKeyIndex(
                        index.resolve(Integer.toString(partition)), new IndexMemory(), new SecureRandom()),
                new SinkCore.Limits(Duration.ofSeconds(1), 1_000, 1 << 20),
                Clock.systemUTC(),
                new CommitIds(Clock.systemUTC(), new SecureRandom()));
    }

    /** Well number to owner, of the latest table; fails when a key stands twice. */
    static Map<Long, String> latest(EncryptedCatalog catalog, Contract contract) {
        Map<Long, String> rows = new TreeMap<>();
        try (CloseableIterable<Record> records =
                new LakeTables(catalog).scan(contract.name(), true, java.util.List.of("well_no", "owner_name"), null)) {
            for (Record row : records) {
                String twice = rows.put(row.get(0, Long.class), row.get(1, String.class));
                if (twice != null) {
                    throw new AssertionError("the key stands twice");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    static long historyRows(EncryptedCatalog catalog, Contract contract) {
        long rows = 0;
        try (CloseableIterable<Record> records = new LakeTables(catalog)
                .scan(contract.name(), false, java.util.List.of("mesh_version", "mesh_key"), null)) {
            java.util.Set<String> seen = new java.util.HashSet<>();
            for (Record row : records) {
                if (!seen.add(row.get(0, String.class) + row.get(1, String.class))) {
                    throw new AssertionError("history holds a version twice");
                }
                rows++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
