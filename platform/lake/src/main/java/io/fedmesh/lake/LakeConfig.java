package io.fedmesh.lake;

import java.util.Map;
import org.apache.iceberg.encryption.KeyManagementClient;

/**
 * Where the lake is and who holds its keys.
 *
 * @param catalogUri JDBC URI of the catalog's database, {@code jdbc:postgresql:...}
 * @param user the database user
 * @param password its password; never shown
 * @param warehouse root of all tables, {@code s3://bucket/prefix}
 * @param fileIo properties of Iceberg's {@code S3FileIO}, among them endpoint, region, credentials and, where the store
 *     supports it, {@code s3.sse.type=kms} with {@code s3.sse.key}; never shown
 * @param encryption whether tables that are made get a key, and whether tables without one may be used
 * @param keys wraps and unwraps the tables' keys; closed with the {@link Lakehouse}
 */
public record LakeConfig(
        String catalogUri,
        String user,
        String password,
        String warehouse,
        Map<String, String> fileIo,
        Encryption encryption,
        KeyManagementClient keys) {

    /** What becomes of tables without a key. */
    public enum Encryption {
        /** Every table has a key; one without is refused. */
        DEMANDED,
        /**
         * Tables are made without a key, for engines that cannot decrypt, where the bucket's own encryption is enough; a table
         * that has a key stays encrypted.
         */
        LEFT_TO_THE_BUCKET
    }

    /** With encryption demanded. */
    public LakeConfig(
            String catalogUri,
            String user,
            String password,
            String warehouse,
            Map<String, String> fileIo,
            KeyManagementClient keys) {
        this(catalogUri, user, password, warehouse, fileIo, Encryption.DEMANDED, keys);
    }

    public LakeConfig {
        if (!catalogUri.startsWith("jdbc:")) {
            throw new IllegalArgumentException("[lake] 'catalogUri' must begin with 'jdbc:'");
        }
        if (!warehouse.startsWith("s3://")) {
            throw new IllegalArgumentException(
                    "[lake] 'warehouse' must begin with 's3://' but was '" + warehouse + "'");
        }
        fileIo = Map.copyOf(fileIo);
    }

    @Override
    public String toString() {
        return "LakeConfig[warehouse=" + warehouse + ", user=" + user + ", password=***, fileIo=***]";
    }
}
