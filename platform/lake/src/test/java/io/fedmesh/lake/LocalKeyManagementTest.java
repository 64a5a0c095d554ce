package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class LocalKeyManagementTest {
    private final LocalKeyManagement keys = new LocalKeyManagement(id -> new byte[32], new SecureRandom());

    @Test
    void aKeyOpensUnderTheIdThatWrappedItAndUnderNoOther() {
        ByteBuffer key = ByteBuffer.wrap(new byte[] {1, 2, 3});
        ByteBuffer wrapped = keys.wrapKey(key, "domain-a");
        assertThat(keys.unwrapKey(wrapped, "domain-a")).isEqualTo(key);
        assertThatThrownBy(() -> keys.unwrapKey(wrapped, "domain-b"))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[key domain-b] the table's key must open with this key but did not: it was wrapped with"
                        + " another");
    }

    @Test
    void aKeyIsNeverWrappedTwiceTheSameWay() {
        ByteBuffer key = ByteBuffer.wrap(new byte[16]);
        assertThat(keys.wrapKey(key, "a")).isNotEqualTo(keys.wrapKey(key, "a"));
    }
}
