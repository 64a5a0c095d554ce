package io.fedmesh.cdc;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a capture needs to know.
 *
 * @param source what is captured
 * @param contracts any contracts; those that the source feeds are captured, at least one
 * @param database how the source is reached
 * @param kafka how the brokers are reached, as the domain's {@code cdc} principal
 * @param instance name of this process in logs and at the database, for people
 * @param bounds what bounds memory and time
 */
public record CaptureConfig(
        Source source,
        List<Contract> contracts,
        DatabaseConnection database,
        KafkaConnection kafka,
        String instance,
        Bounds bounds) {

    /**
     * How the source database is reached. The user must be allowed to replicate, to select from the captured tables and
     * to write the heartbeat table.
     *
     * @param sslMode PostgreSQL's {@code sslmode}, for example {@code verify-full}
     * @param sslRootCert the file with the certificate authority, or null for the driver's default
     */
    public record DatabaseConnection(
            String host,
            int port,
            String database,
            String user,
            String password,
            String sslMode,
            @Nullable Path sslRootCert) {

        /** A database that is reached without a certificate authority of its own: {@code sslmode=prefer}. */
        public DatabaseConnection(String host, int port, String database, String user, String password) {
            this(host, port, database, user, password, "prefer", null);
        }

        public DatabaseConnection {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("'port' must be 1 to 65535 but was " + port);
            }
        }

        @Override
        public String toString() {
            return "DatabaseConnection[" + user + "@" + host + ":" + port + "/" + database + ", password=***]";
        }
    }

    /**
     * @param batchRows most rows taken from the source at once, and most records of a Kafka transaction
     * @param queueRows most rows decoded ahead, more than {@code batchRows}
     * @param queueBytes most bytes decoded ahead, about
     * @param maxValueBytes largest value that is published; a larger one is rejected
     * @param pollInterval how long to wait for more rows before a batch is published
     * @param heartbeat how often the heartbeat table is written
     * @param firstPause before the second attempt at something that is away; doubled for each further one, with jitter
     * @param longestPause the bound of the doubling
     * @param patience how long one attempt at the brokers may take
     */
    public record Bounds(
            int batchRows,
            int queueRows,
            long queueBytes,
            int maxValueBytes,
            Duration pollInterval,
            Duration heartbeat,
            Duration firstPause,
            Duration longestPause,
            Duration patience) {
        public static final Bounds DEFAULT = new Bounds(
                8_192,
                32_768,
                64L << 20,
                900_000,
                Duration.ofMillis(2),
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20));

        public Bounds {
            if (batchRows < 1 || queueRows <= batchRows || queueBytes < 1 || maxValueBytes < 1) {
                throw new IllegalArgumentException(
                        "'batchRows', 'queueBytes' and 'maxValueBytes' must be 1 or more and 'queueRows' more than"
                                + " 'batchRows' but were " + batchRows + ", " + queueBytes + ", " + maxValueBytes
                                + " and " + queueRows);
            }
        }

        /** The same but for this interval. */
        public Bounds withPollInterval(Duration interval) {
            return new Bounds(
                    batchRows,
                    queueRows,
                    queueBytes,
                    maxValueBytes,
                    interval,
                    heartbeat,
                    firstPause,
                    longestPause,
                    patience);
        }
    }

    public CaptureConfig {
        contracts = List.copyOf(source.products(contracts));
        if (contracts.isEmpty()) {
            throw new IllegalArgumentException(
                    "[" + source.domain() + "." + source.name() + "] a source must feed a product but feeds none");
        }
    }
}
