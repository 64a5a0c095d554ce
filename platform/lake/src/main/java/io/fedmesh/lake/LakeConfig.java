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
 * @param tokenKeys make the tokens of tokenised fields
 */
public record LakeConfig(
        String catalogUri,
        String user,
        String password,
        String warehouse,
        Map<String, String> fileIo,
        Encryption encryption,
        KeyManagementClient keys,
        TokenKeys tokenKeys) {

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

    /** Without keys of tokens. */
    public LakeConfig(
            String catalogUri,
            String user,
            String password,
            String warehouse,
            Map<String, String> fileIo,
            Encryption encryption,
            KeyManagementClient keys) {
        this(catalogUri, user, password, warehouse, fileIo, encryption, keys, TokenKeys.NONE);
    }

    /** With encryption demanded, without keys of tokens. */
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

    /** The same lake with other keys of tokens. */
    public LakeConfig with(TokenKeys others) {
        return new LakeConfig(catalogUri, user, password, warehouse, fileIo, encryption, keys, others);
    }

    @Override
    public String toString() {
        return "LakeConfig[warehouse=" + warehouse + ", user=" + user + ", password=***, fileIo=***]";
    }
}
