package io.fedmesh.app.internal.config;

import io.fedmesh.contract.Names;
import io.fedmesh.govern.identity.KeyAddress;
import io.fedmesh.govern.identity.KeyFile;
import io.fedmesh.govern.identity.KeySource;
import io.fedmesh.govern.identity.OidcSettings;
import io.fedmesh.govern.identity.SigningAlgorithm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a process must be told of its surroundings; one file serves every process. The example with every setting is
 * {@code mesh.example.yaml} beside this class. Paths are relative to the file.
 *
 * @param contracts folder that holds {@code domains/} and {@code schemas/}
 * @param state folder for what a process can make anew: stores of topologies, key indexes of the sink
 * @param kafka the brokers
 * @param registry the schema registry
 * @param sources by the logical name that {@code domains/<domain>/sources/*.yaml} gives as {@code connection}
 * @param lake catalog, bucket and keys
 * @param audit the record of decisions; null where no decision is made: a command that reads or changes is refused then
 * @param health where health is served
 * @param identity how somebody proves who it is; null: nobody can, and what demands it is refused
 */
public record MeshConfig(
        Path contracts,
        Path state,
        Kafka kafka,
        Registry registry,
        Map<String, Database> sources,
        Lake lake,
        @Nullable AuditConfig audit,
        Health health,
        @Nullable Identity identity) {

    /**
     * The brokers.
     *
     * @param bootstrap {@code host:port} list
     * @param properties client properties of every principal: protocol, mechanism, trust store
     * @param principals client properties by principal, added to {@code properties}; may be empty where the platform
     *     gives the identity (MSK with IAM)
     */
    public record Kafka(
            String bootstrap, Map<String, Setting> properties, Map<String, Map<String, Setting>> principals) {
        public Kafka {
            Rules.hostPorts("bootstrap", bootstrap);
            Rules.noSecretInTheOpen("properties", properties);
            principals.forEach((principal, own) -> Rules.noSecretInTheOpen("principals." + principal, own));
            properties = Map.copyOf(properties);
            principals = Map.copyOf(principals);
        }

        /**
         * The client properties of one principal.
         *
         * @throws IllegalStateException when principals are listed and this one is not, or a secret cannot be read
         */
        public Map<String, String> security(String principal, Map<String, String> environment) {
            Map<String, Setting> own = principals.get(principal);
            if (own == null && !principals.isEmpty()) {
                throw new IllegalStateException("[kafka.principals] '" + principal + "' must be listed but is not");
            }
            Map<String, String> security = new HashMap<>();
            properties.forEach((name, value) -> security.put(name, value.reveal(environment)));
            if (own != null) {
                own.forEach((name, value) -> security.put(name, value.reveal(environment)));
            }
            return security;
        }
    }

    /**
     * The schema registry: any server of Confluent's API.
     *
     * @param url base of the API
     * @param login null where the registry asks for none
     */
    public record Registry(URI url, @Nullable Login login) {
        public Registry {
            Rules.http("url", url);
        }
    }

    /** A user and the password. */
    public record Login(String user, Secret password) {
        public Login {
            Rules.filled("user", user);
        }
    }

    /**
     * A PostgreSQL database that domains capture from.
     *
     * @param host name or address
     * @param port 1 to 65535
     * @param database name of the database
     * @param properties properties of the PostgreSQL driver, for example {@code sslmode}
     * @param users by component: {@code <domain>.cdc} captures, {@code mesh.reader} reconciles
     * @param pollInterval how long capture waits between two looks at the log and for more rows of a batch; 1 ms to 1 s;
     *     null for that of {@link io.fedmesh.cdc.CaptureConfig.Bounds#DEFAULT}
     */
    public record Database(
            String host,
            int port,
            String database,
            Map<String, Setting> properties,
            Map<String, Login> users,
            @Nullable Duration pollInterval) {
        public Database {
            Rules.filled("host", host);
            Rules.port("port", port, 1);
            Rules.filled("database", database);
            Rules.noSecretInTheOpen("properties", properties);
            if (pollInterval != null) {
                Rules.between("pollInterval", pollInterval, Duration.ofMillis(1), Duration.ofSeconds(1));
            }
            properties = Map.copyOf(properties);
            users = Map.copyOf(users);
        }

        /** JDBC address without user and password. */
        public String jdbcUrl() {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database;
        }

        /**
         * The user of one component.
         *
         * @throws IllegalStateException when none is listed
         */
        public Login user(String component) {
            Login login = users.get(component);
            if (login == null) {
                throw new IllegalStateException("[sources] '" + database + "' must list the user '" + component
                        + "' under 'users' but does not");
            }
            return login;
        }
    }

    /**
     * Where tables live.
     *
     * @param catalog PostgreSQL database of the Iceberg catalog
     * @param warehouse {@code s3://bucket/prefix}
     * @param s3 the object store
     * @param keys who wraps the tables' keys
     * @param tokenKeys by domain, what makes the tokens of its tokenised fields: Base64 of 32 bytes or more, for ever the
     *     same; a product with a tokenised field and no key is not written
     * @param commitInterval at most this long between two snapshots of a table that has news; 100 ms to 1 h
     */
    public record Lake(
            Catalog catalog, URI warehouse, S3 s3, Keys keys, Map<String, Secret> tokenKeys, Duration commitInterval) {
        public Lake {
            tokenKeys.keySet().forEach(domain -> Names.part("tokenKeys", domain));
            tokenKeys = Map.copyOf(tokenKeys);
            Rules.scheme("warehouse", warehouse, "s3");
            Rules.between("commitInterval", commitInterval, Duration.ofMillis(100), Duration.ofHours(1));
        }
    }

    /**
     * The catalog's database.
     *
     * @param url {@code jdbc:postgresql://host:port/database}
     */
    public record Catalog(String url, Login login) {
        public Catalog {
            if (!url.startsWith("jdbc:postgresql://") || url.contains("password=")) {
                throw new IllegalArgumentException(
                        "'url' must be jdbc:postgresql://host:port/database without a password but was not");
            }
        }
    }

    /**
     * The object store.
     *
     * @param region its region
     * @param endpoint null for Amazon's own
     * @param credentials null where the platform gives them (an instance role)
     * @param properties further properties of Iceberg's S3FileIO, for example {@code s3.sse.type}
     */
    public record S3(
            String region, @Nullable URI endpoint, @Nullable Credentials credentials, Map<String, Setting> properties) {
        public S3 {
            Rules.filled("region", region);
            if (endpoint != null) {
                Rules.http("endpoint", endpoint);
            }
            Rules.noSecretInTheOpen("properties", properties);
            properties = Map.copyOf(properties);
        }
    }

    /** A static access key; prefer a role. */
    public record Credentials(String accessKey, Secret secretKey) {
        public Credentials {
            Rules.filled("accessKey", accessKey);
        }
    }

    /** Who wraps the tables' keys. */
    public enum KeyService {
        /** Keys in a file that its owner alone can read: laptops and tests. */
        LOCAL,
        /** Amazon's key management service. */
        AWS_KMS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Who wraps the tables' keys; the wrapping key of a domain's tables is named {@code domain-<domain>}.
     *
     * @param service who wraps keys
     * @param keyring folder of the local keyring; for {@code local} only
     * @param region the key service's region; for {@code aws-kms} only
     * @param aliasPrefix put before each key's name, which makes its alias in the key service; for {@code aws-kms} only
     */
    public record Keys(
            KeyService service,
            @Nullable Path keyring,
            @Nullable String region,
            @Nullable String aliasPrefix) {
        public Keys {
            if ((keyring != null) != (service == KeyService.LOCAL)) {
                throw new IllegalArgumentException("'keyring' must be given exactly for the service 'local'");
            }
            if ((region != null) != (service == KeyService.AWS_KMS)) {
                throw new IllegalArgumentException("'region' must be given exactly for the service 'aws-kms'");
            }
            if ((aliasPrefix != null) != (service == KeyService.AWS_KMS)) {
                throw new IllegalArgumentException("'aliasPrefix' must be given exactly for the service 'aws-kms'");
            }
        }
    }

    /**
     * How somebody proves who it is: exactly one of both.
     *
     * @param local tokens of the mesh's own, for one machine
     * @param oidc tokens of an OpenID Connect provider
     */
    public record Identity(
            @Nullable LocalTokens local, @Nullable Oidc oidc) {
        public Identity {
            if ((local == null) == (oidc == null)) {
                throw new IllegalArgumentException("'local' or 'oidc' must be given but both or none was");
            }
        }
    }

    /**
     * Tokens of the mesh's own.
     *
     * @param hashes file of what the mesh keeps of them: a subject id and a SHA-256 a line
     * @param tokens folder in which the persons at this machine keep theirs, {@code <subject>.token} each, for {@code --as};
     *     null where everybody brings a token along
     */
    public record LocalTokens(Path hashes, @Nullable Path tokens) {}

    /**
     * An OpenID Connect provider.
     *
     * @param issuer what tokens name as {@code iss}, to the letter
     * @param audience what tokens name as {@code aud}: this mesh
     * @param algorithms what tokens may be signed with, joined with commas: {@code ES256,PS256}
     * @param keys address of the provider's keys; null where {@code keysFile} is given
     * @param keysFile file of the provider's keys; null where {@code keys} is given
     * @param clockSkew by how much clocks may differ; at most 5 minutes
     * @param longestLife the longest that a token may be good for; at most a day
     */
    public record Oidc(
            String issuer,
            String audience,
            String algorithms,
            @Nullable URI keys,
            @Nullable Path keysFile,
            Duration clockSkew,
            Duration longestLife) {
        private static final Duration TIMEOUT = Duration.ofSeconds(5);

        public Oidc {
            if ((keys == null) == (keysFile == null)) {
                throw new IllegalArgumentException("'keys' or 'keysFile' must be given but both or none was");
            }
            new OidcSettings(issuer, audience, named(algorithms), clockSkew, longestLife);
            if (keys != null) {
                new KeyAddress(keys, TIMEOUT);
            }
        }

        /** Whose tokens are believed. */
        public OidcSettings settings() {
            return new OidcSettings(issuer, audience, named(algorithms), clockSkew, longestLife);
        }

        /** Where the provider's keys are had from. */
        public KeySource source() {
            return keys != null ? new KeyAddress(keys, TIMEOUT) : new KeyFile(Objects.requireNonNull(keysFile));
        }

        private static Set<SigningAlgorithm> named(String text) {
            Set<SigningAlgorithm> algorithms = EnumSet.noneOf(SigningAlgorithm.class);
            for (String name : text.split(",", -1)) {
                try {
                    algorithms.add(SigningAlgorithm.valueOf(name.strip()));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "'algorithms' must be some of " + EnumSet.allOf(SigningAlgorithm.class)
                                    + ", joined with commas, but was '" + text + "'",
                            e);
                }
            }
            return algorithms;
        }
    }

    /**
     * Where a process serves {@code /health/live}, {@code /health/ready}, {@code /metrics} and {@code /status}.
     *
     * @param host address to bind; loopback unless something else asks from outside
     * @param port 0 for any free one
     */
    public record Health(String host, int port) {
        public Health {
            Rules.filled("host", host);
            Rules.port("port", port, 0);
        }
    }
}
