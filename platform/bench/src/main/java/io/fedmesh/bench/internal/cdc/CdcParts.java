package io.fedmesh.bench.internal.cdc;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Source;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.local.LocalPostgres;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A database with a table, a broker with the product's topics, and the file that tells a child how to reach both. */
final class CdcParts implements AutoCloseable {
    /** Of one transaction of the bulk workload, as in PERFORMANCE's own runs. */
    private static final int ROWS_PER_TRANSACTION = 1_000;

    private static final String PASSWORD = "of-this-machine-alone";

    final int rows;
    final Path home;
    final LocalPostgres postgres;
    final LocalKafka kafka;

    /**
     * Starts them.
     *
     * @param home a folder of this run's own
     * @param rows that stand in the table
     */
    CdcParts(Path home, int rows) throws SQLException, IOException {
        this.home = home;
        this.rows = rows;
        this.postgres = LocalPostgres.start(home);
        this.kafka = LocalKafka.startForLoad(home);
        postgres.createDatabase(Ledger.DATABASE);
        postgres.createReplicationRole(Ledger.USER, PASSWORD);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(Ledger.DDL.replace(":rows", Integer.toString(rows)));
            statement.execute("grant all on schema ledger to capture; grant all on all tables in schema ledger to"
                    + " capture; alter database bench owner to capture; alter table ledger.entry owner to capture;"
                    + " alter table ledger.beat owner to capture; analyze ledger.entry");
        }
        topics();
        Path file = home.resolve("child.json");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        new ObjectMapper()
                .writeValue(
                        file.toFile(),
                        Map.of(
                                "postgresPort",
                                postgres.port(),
                                "password",
                                PASSWORD,
                                "bootstrap",
                                kafka.bootstrap(),
                                "security",
                                kafka.security(kafka.operator())));
    }

    /** The file for {@link Reach}. */
    Path childFile() {
        return home.resolve("child.json");
    }

    Connection connect() throws SQLException {
        return postgres.connect(Ledger.DATABASE);
    }

    KafkaConnection operator() {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(kafka.operator()));
    }

    private void topics() {
        Source source = Ledger.source();
        Contract contract = Ledger.contract();
        Map<String, String> compact = Map.of("cleanup.policy", "compact");
        try (Admin admin = Admin.create(operator().properties("bench"))) {
            admin.createTopics(List.of(
                            new NewTopic(source.positionTopic().toString(), 1, (short) 1).configs(compact),
                            new NewTopic(contract.topic().toString(), contract.partitions(), (short) 1)
                                    .configs(compact),
                            new NewTopic(contract.topic().rejected().toString(), 1, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("[bench] the topics must be made but were not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[bench] making topics must not be interrupted but was", e);
        }
    }

    /** Updates so many rows, in transactions of a thousand. */
    void update(long events) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement update =
                        connection.prepareStatement("update ledger.entry set status = ?, amount = amount + 0.01,"
                                + " quantity = quantity + 1, changed_at = now() where id > ? and id <= ?")) {
            for (long done = 0; done < events; done += ROWS_PER_TRANSACTION) {
                long from = done % rows;
                update.setString(1, "pass-" + done);
                update.setLong(2, from);
                update.setLong(3, from + Math.min(ROWS_PER_TRANSACTION, events - done));
                update.executeUpdate();
            }
        }
    }

    @Override
    public void close() {
        kafka.close();
        postgres.close();
    }
}
