package io.fedmesh.bench.internal.sink;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.contract.Contract;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * What a leg's JVM must know, handed over in an owner-only file because it holds passwords.
 *
 * @param security client properties of the broker
 * @param fileIo properties of Iceberg's S3FileIO
 * @param home of the local parts, where the keyring lies
 * @param folder the leg's own, for its key index and worker files
 * @param warm what is read first and not measured
 * @param main what is measured
 * @param commitIntervalMs of those that commit by time
 * @param maxRowsPerCommit of our own sink
 * @param maxBytesPerCommit of our own sink
 */
record LegSettings(
        String bootstrap,
        Map<String, String> security,
        String catalogUri,
        String user,
        String password,
        String warehouse,
        Map<String, String> fileIo,
        String home,
        String folder,
        Part warm,
        Part main,
        long commitIntervalMs,
        int maxRowsPerCommit,
        long maxBytesPerCommit) {

    /**
     * One topic.
     *
     * @param records on it
     * @param rows records that are no deletes
     */
    record Part(String product, int partitions, long records, long rows) {
        Contract contract() {
            return Accounts.contract(product, partitions);
        }

        String topic() {
            return contract().topic().toString();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    static LegSettings read(Path file) {
        try {
            return JSON.readValue(Files.readAllBytes(file), LegSettings.class);
        } catch (IOException e) {
            throw new UncheckedIOException("[bench] the leg's settings must be readable but were not", e);
        }
    }

    void write(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, JSON.writeValueAsBytes(this));
        } catch (IOException e) {
            throw new UncheckedIOException("[bench] the leg's settings must be writable but were not", e);
        }
    }

    /** The broker's client properties, counted by {@link Watch}. */
    KafkaConnection watchedKafka() {
        Map<String, String> watched = new java.util.HashMap<>(security);
        watched.put("interceptor.classes", Watch.class.getName());
        return new KafkaConnection(bootstrap, watched);
    }

    /** The same over another way to the object store, with another commit interval. */
    LegSettings with(Map<String, String> otherFileIo, long otherCommitIntervalMs) {
        return new LegSettings(
                bootstrap,
                security,
                catalogUri,
                user,
                password,
                warehouse,
                otherFileIo,
                home,
                folder,
                warm,
                main,
                otherCommitIntervalMs,
                maxRowsPerCommit,
                maxBytesPerCommit);
    }

    /** The same with another database. */
    LegSettings withCatalog(String uri) {
        return new LegSettings(
                bootstrap,
                security,
                uri,
                user,
                password,
                warehouse,
                fileIo,
                home,
                folder,
                warm,
                main,
                commitIntervalMs,
                maxRowsPerCommit,
                maxBytesPerCommit);
    }

    @Override
    public String toString() {
        return "LegSettings[warehouse=" + warehouse + ", main=" + main + "]";
    }
}
