package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.RunFolder;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.local.LocalPostgres;
import io.fedmesh.local.LocalS3;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The parts that all legs share: one broker, one PostgreSQL for catalogs, one S3 stand-in, each a process of its own. Each
 * leg has a database and a warehouse that no other sees.
 */
public final class SinkRig implements AutoCloseable {
    private final RunFolder home;
    private final LocalKafka kafka;
    private final LocalPostgres postgres;
    private final LocalS3 s3;
    private boolean isClosed;

    private SinkRig(RunFolder home, LocalKafka kafka, LocalPostgres postgres, LocalS3 s3) {
        this.home = home;
        this.kafka = kafka;
        this.postgres = postgres;
        this.s3 = s3;
    }

    /** Starts them in a new folder below the temporary one. */
    public static SinkRig start() {
        RunFolder home = RunFolder.make();
        LocalKafka kafka = LocalKafka.startForLoad(home.path());
        LocalPostgres postgres = LocalPostgres.start(home.path());
        SinkRig rig = new SinkRig(home, kafka, postgres, LocalS3.start(home.path()));
        // The parts of a run that is interrupted end before their folder goes.
        Runtime.getRuntime().addShutdownHook(new Thread(rig::close));
        return rig;
    }

    /** The super user's way to the broker. */
    KafkaConnection kafka() {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(kafka.operator()));
    }

    LocalPostgres postgres() {
        return postgres;
    }

    Path home() {
        return home.path();
    }

    long brokerPid() {
        return kafka.status().pid();
    }

    /** A new lake and folder for one leg. */
    LegSettings settings(String name, LegSettings.Part warm, LegSettings.Part main, SinkLimits limits) {
        try {
            postgres.createDatabase(name);
            Path folder = Files.createDirectories(home.path().resolve("legs").resolve(name));
            KafkaConnection connection = kafka();
            return new LegSettings(
                    connection.bootstrap(),
                    connection.security(),
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
                    home.path().toString(),
                    folder.toString(),
                    warm,
                    main,
                    limits.commitIntervalMs(),
                    limits.maxRowsPerCommit(),
                    limits.maxBytesPerCommit());
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("[bench] a lake must be made for " + name + " but was not", e);
        }
    }

    /** Deletes a leg's lake, so that the disk need not hold all of them. */
    void drop(String name) {
        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists \"" + name + "\" with (force)");
        } catch (SQLException e) {
            throw new IllegalStateException("[bench] the database " + name + " must go but did not", e);
        }
        RunFolder.delete(s3.bucketFolder().resolve(name));
        RunFolder.delete(home.path().resolve("legs").resolve(name));
    }

    /** Stops the parts and deletes all they wrote. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        s3.close();
        postgres.close();
        kafka.close();
        home.close();
    }
}
