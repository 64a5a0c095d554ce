package io.fedmesh.app.internal.localmesh;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * Writes the configuration of the local mesh's processes: the same file that production has, its secrets in files that the
 * owner alone can read. Nothing secret is in the YAML.
 */
final class LocalConfig {
    private final MeshHome home;
    private final Map<String, Object> principals = new LinkedHashMap<>();
    private final Map<String, Object> kafkaProperties = new LinkedHashMap<>();
    private final Map<String, Object> sources = new LinkedHashMap<>();
    private final Map<String, Object> lake = new LinkedHashMap<>();
    private final Map<String, Object> root = new LinkedHashMap<>();

    /** @param contracts folder that holds {@code domains/} and {@code schemas/} */
    LocalConfig(MeshHome home, Path contracts) {
        this.home = home;
        root.put("contracts", contracts.toString());
        root.put("state", home.state().toString());
        root.put("kafka", new LinkedHashMap<String, Object>());
        root.put("health", mapOf("host", "127.0.0.1", "port", 0));
    }

    void kafka(String bootstrap) {
        root.put("kafka", mapOf("bootstrap", bootstrap, "properties", kafkaProperties, "principals", principals));
    }

    /** Splits a principal's client properties: what holds a secret goes into a file, the rest is common to all. */
    void principal(String name, Map<String, String> security) {
        Map<String, Object> own = new LinkedHashMap<>();
        security.forEach((property, value) -> {
            if (property.equals("sasl.jaas.config")) {
                own.put(property, secret("kafka-" + name, value));
            } else {
                kafkaProperties.put(property, value);
            }
        });
        principals.put(name, own);
    }

    void registry(String url) {
        root.put("registry", mapOf("url", url));
    }

    /** A database that domains capture from; {@code users} are role and password by component. */
    void source(String connection, int port, String database, Map<String, Role> users) {
        Map<String, Object> logins = new LinkedHashMap<>();
        users.forEach(
                (component, role) -> logins.put(component, login("source-" + connection + "-" + component, role)));
        sources.put(connection, mapOf("host", "127.0.0.1", "port", port, "database", database, "users", logins));
        root.put("sources", sources);
    }

    void lake(
            String catalogUrl,
            Role catalog,
            String warehouse,
            String endpoint,
            String accessKey,
            String secretKey,
            Path keyring,
            String commitInterval) {
        lake.putAll(mapOf(
                "catalog",
                mapOf("url", catalogUrl, "login", login("catalog", catalog)),
                "warehouse",
                warehouse,
                "s3",
                mapOf(
                        "region",
                        "us-gov-west-1",
                        "endpoint",
                        endpoint,
                        "credentials",
                        mapOf("accessKey", accessKey, "secretKey", secret("s3", secretKey)),
                        "properties",
                        mapOf("s3.path-style-access", "true")),
                "keys",
                mapOf("service", "local", "keyring", keyring.toString()),
                "commitInterval",
                commitInterval));
        root.put("lake", lake);
    }

    /** The key of tokens of each domain; after {@link #lake}. */
    void tokenKeys(Map<String, String> keys) {
        Map<String, Object> references = new TreeMap<>();
        keys.forEach((domain, key) -> references.put(domain, secret("tokens-" + domain, key)));
        lake.put("tokenKeys", references);
    }

    /** Where tokens of persons and what the mesh keeps of them lie. */
    void identity() {
        root.put(
                "identity",
                mapOf(
                        "local",
                        mapOf(
                                "hashes",
                                home.tokenHashes().toString(),
                                "tokens",
                                home.tokens().toString())));
    }

    /** Who signs the record of decisions and where its checkpoints are. */
    void audit(Path key, Path checkpoints) {
        root.put(
                "audit",
                mapOf(
                        "key", mapOf("service", "local", "file", key.toString()),
                        "checkpoints", mapOf("folder", checkpoints.toString())));
    }

    /** Writes the file; processes may start. */
    void write() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        home.write(
                home.config(),
                "# Written by the local mesh at each start. The example with every setting explained is mesh.example.yaml.\n"
                        + new Yaml(options).dump(root));
    }

    /** A role of a database and its password. */
    record Role(String name, String password) {
        @Override
        public String toString() {
            return "Role[name=" + name + ", password=***]";
        }
    }

    private Map<String, Object> login(String id, Role role) {
        return mapOf("user", role.name(), "password", secret(id, role.password()));
    }

    private Map<String, Object> secret(String id, String value) {
        home.write(home.config().resolveSibling("secret-" + id), value);
        return mapOf("file", "secret-" + id);
    }

    private static Map<String, Object> mapOf(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
