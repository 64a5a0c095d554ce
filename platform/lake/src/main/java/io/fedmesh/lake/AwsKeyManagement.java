package io.fedmesh.lake;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.iceberg.aws.AwsKeyManagementClient;
import org.apache.iceberg.encryption.KeyManagementClient;

/**
 * Wraps table keys with AWS KMS: Iceberg's own client, under the alias {@code alias/<prefix><key id>}, so that a table's
 * key id stays the same in every account and region. Thread-safe.
 */
public final class AwsKeyManagement implements KeyManagementClient {
    private static final long serialVersionUID = 1L;

    /** Property of the aliases' prefix, for {@link #initialize}. */
    public static final String PREFIX = "mesh.keys.alias-prefix";

    private final AwsKeyManagementClient client;
    private String prefix;

    /** For an engine that knows the class by its name and calls {@link #initialize} next. */
    public AwsKeyManagement() {
        this.client = new AwsKeyManagementClient();
        this.prefix = "";
    }

    /**
     * @param prefix put before each key id, for example {@code mesh-}
     * @param properties Iceberg's AWS client properties: region, endpoint, credentials
     */
    public AwsKeyManagement(String prefix, Map<String, String> properties) {
        this.client = new AwsKeyManagementClient();
        this.prefix = prefix;
        client.initialize(properties);
    }

    /** Takes the prefix from {@value #PREFIX} and the AWS client's properties. */
    @Override
    public void initialize(Map<String, String> properties) {
        prefix = properties.getOrDefault(PREFIX, "");
        client.initialize(properties);
    }

    @Override
    public ByteBuffer wrapKey(ByteBuffer key, String wrappingKeyId) {
        return client.wrapKey(key, alias(wrappingKeyId));
    }

    @Override
    public ByteBuffer unwrapKey(ByteBuffer wrappedKey, String wrappingKeyId) {
        return client.unwrapKey(wrappedKey, alias(wrappingKeyId));
    }

    @Override
    public void close() {
        client.close();
    }

    private String alias(String keyId) {
        return "alias/" + prefix + keyId;
    }
}
