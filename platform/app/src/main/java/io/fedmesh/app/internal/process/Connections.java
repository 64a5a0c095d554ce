package io.fedmesh.app.internal.process;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.config.Secret;
import io.fedmesh.lake.AwsKeyManagement;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.LocalKeyManagement;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.local.LocalKeyring;
import io.fedmesh.wire.ConfluentRegistry;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.RegistryConfig;
import io.fedmesh.wire.SubjectRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.encryption.KeyManagementClient;
import org.jspecify.annotations.Nullable;

/** How a process reaches what its configuration names; secrets are read here, when they are needed. Thread-safe. */
public final class Connections {
    private final MeshConfig config;
    private final Map<String, String> environment;

    public Connections(MeshConfig config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    public MeshConfig config() {
        return config;
    }

    /** The brokers, as a principal. */
    public KafkaConnection kafka(String principal) {
        return new KafkaConnection(config.kafka().bootstrap(), config.kafka().security(principal, environment));
    }

    /** A client of the schema registry; no connection is made yet. */
    public SubjectRegistry registry() {
        MeshConfig.Registry registry = config.registry();
        MeshConfig.Login login = registry.login();
        return ConfluentRegistry.open(
                new RegistryConfig(
                        List.of(registry.url()),
                        login == null
                                ? null
                                : new RegistryConfig.User(
                                        login.user(), login.password().reveal(environment)),
                        null,
                        RegistryConfig.Limits.DEFAULT),
                Clock.systemUTC(),
                new SecureRandom());
    }

    /** The source database of a connection's name. */
    public MeshConfig.Database source(String connection) {
        MeshConfig.Database database = config.sources().get(connection);
        if (database == null) {
            throw new IllegalStateException("[sources] '" + connection + "' must be listed but is not");
        }
        return database;
    }

    /** The value of a setting that may be a secret. */
    public String reveal(io.fedmesh.app.internal.config.Setting setting) {
        return setting.reveal(environment);
    }

    /**
     * Opens the lake.
     *
     * @throws UncheckedIOException when the catalog's database refuses the user: credentials expire and are renewed
     * @throws RuntimeException when it cannot be reached
     */
    public Lakehouse lakehouse() {
        MeshConfig.Lake lake = config.lake();
        MeshConfig.Login login = lake.catalog().login();
        LakeConfig lakeConfig = new LakeConfig(
                lake.catalog().url(),
                login.user(),
                login.password().reveal(environment),
                lake.warehouse().toString(),
                fileIo(lake.s3()),
                LakeConfig.Encryption.DEMANDED,
                keys(lake.keys()),
                tokenKeys());
        try {
            return Lakehouse.open(lakeConfig);
        } catch (RuntimeException e) {
            SQLException refused = refusal(e);
            if (refused != null) {
                throw new UncheckedIOException(
                        "[lake.catalog] " + lake.catalog().url() + " must let user '" + login.user()
                                + "' in but refused (SQLSTATE " + refused.getSQLState()
                                + "); check the user and its password",
                        new IOException(e));
            }
            throw e;
        }
    }

    /** The domains' keys of tokens, each read when it is asked for. */
    public TokenKeys tokenKeys() {
        return domain -> {
            Secret secret = config.lake().tokenKeys().get(domain);
            return secret == null ? null : key(domain, secret.reveal(environment));
        };
    }

    /** Base64 of either alphabet, with padding or without. */
    private static byte[] key(String domain, String text) {
        try {
            return Base64.getDecoder().decode(text.strip().replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            // Without the cause: it may quote the secret.
            throw new IllegalStateException("[lake.tokenKeys] '" + domain + "' must be Base64 but was not");
        }
    }

    /** The properties of the lake's object store. */
    Map<String, String> fileIo() {
        return fileIo(config.lake().s3());
    }

    private Map<String, String> fileIo(MeshConfig.S3 s3) {
        Map<String, String> properties = new HashMap<>();
        properties.put("client.region", s3.region());
        if (s3.endpoint() != null) {
            properties.put("s3.endpoint", s3.endpoint().toString());
        }
        if (s3.credentials() != null) {
            properties.put("s3.access-key-id", s3.credentials().accessKey());
            properties.put("s3.secret-access-key", s3.credentials().secretKey().reveal(environment));
        }
        s3.properties().forEach((name, value) -> properties.put(name, value.reveal(environment)));
        return properties;
    }

    private static KeyManagementClient keys(MeshConfig.Keys keys) {
        return switch (keys.service()) {
            case LOCAL -> {
                LocalKeyring keyring = LocalKeyring.open(Objects.requireNonNull(keys.keyring()));
                yield new LocalKeyManagement(keyring::key, new SecureRandom());
            }
            case AWS_KMS ->
                new AwsKeyManagement(
                        Objects.requireNonNull(keys.aliasPrefix()), awsClients(Objects.requireNonNull(keys.region())));
        };
    }

    /** The properties of clients of a region's services, with the platform's credentials. */
    static Map<String, String> awsClients(String region) {
        return Map.of("client.region", region);
    }

    /** The database's answer that user or password are wrong, or null. */
    static @Nullable SQLException refusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().startsWith("28")) {
                return sql;
            }
        }
        return null;
    }
}
