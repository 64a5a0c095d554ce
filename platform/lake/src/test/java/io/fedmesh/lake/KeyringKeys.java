package io.fedmesh.lake;

import io.fedmesh.local.LocalKeyring;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.encryption.KeyManagementClient;
import org.jspecify.annotations.Nullable;

/** A local keyring's keys for an engine that makes its key management by name; the property {@code keyring} is its home. */
public final class KeyringKeys implements KeyManagementClient {
    private static final long serialVersionUID = 1L;

    private transient @Nullable LocalKeyManagement keys;

    @Override
    public void initialize(Map<String, String> properties) {
        LocalKeyring keyring = LocalKeyring.open(Path.of(properties.get("keyring")));
        keys = new LocalKeyManagement(keyring::key, new SecureRandom());
    }

    @Override
    public ByteBuffer wrapKey(ByteBuffer key, String wrappingKeyId) {
        return Objects.requireNonNull(keys).wrapKey(key, wrappingKeyId);
    }

    @Override
    public ByteBuffer unwrapKey(ByteBuffer wrappedKey, String wrappingKeyId) {
        return Objects.requireNonNull(keys).unwrapKey(wrappedKey, wrappingKeyId);
    }
}
