package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.Samples;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TokensTest {
    private final Contract contract = Samples.tokenised(Samples.contract("well"), "owner_name");

    /** Test case 5, which is truncated to 128 bits as ours are. */
    @Test
    void aTokenIsTheTruncatedHashOfRfc4231() {
        assertThat(hex(new Tokens(key(20, 0x0c)).token("Test With Truncation")))
                .isEqualTo("a3b6167473100ee06e0c796c2955552b");
    }

    /** Test cases 6 and 7: a key and a text longer than the hash's block. */
    @Test
    void aLongKeyIsHashedFirst() {
        Tokens tokens = new Tokens(key(131, 0xaa));
        assertThat(hex(tokens.token("Test Using Larger Than Block-Size Key - Hash Key First")))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f");
        assertThat(hex(tokens.token(
                        "This is a test using a larger than block-size key and a larger than block-size data."
                                + " The key needs to be hashed before being used by the HMAC algorithm.")))
                .isEqualTo("9b09ffa71b942fcb27635fbcd5b0e944");
    }

    /** Made by Python's hmac and base64. */
    @Test
    void aTextIsItsUtf8BytesAndMayBeEmpty() {
        Tokens tokens = new Tokens(key(131, 0xaa));
        assertThat(tokens.token("Zo\u00eb M\u00fcller \ud83d\ude00 \u6771\u4eac"))
                .isEqualTo("-apzcC6uxWNg0En5ao9WOA");
        assertThat(tokens.token("")).isEqualTo("RLVF3vW5frcZ2FahXjJ4Mw");
    }

    @Test
    void aTokenIsMadeFromTheBytesInTheMiddleOfARecord() {
        byte[] record = "..owner..".getBytes(StandardCharsets.UTF_8);
        byte[] token = new byte[Tokens.LENGTH];
        Tokens tokens = tokens(contract);
        tokens.write(record, 2, 5, token);
        assertThat(new String(token, StandardCharsets.US_ASCII))
                .isEqualTo(tokens.token("owner"))
                .isEqualTo(Samples.token("owner"));
    }

    @Test
    void equalTextsAreJoinedWithinADomainAndNotAcross() {
        Contract other = Samples.tokenised(Samples.contract("rig"), "owner_name");
        assertThat(tokens(contract).token("owner")).isEqualTo(tokens(other).token("owner"));
        TokenKeys elsewhere = domain -> key(32, 7);
        assertThat(Objects.requireNonNull(Tokens.of(contract, elsewhere)).token("owner"))
                .isNotEqualTo(tokens(contract).token("owner"));
    }

    @Test
    void aProductWithoutATokenisedFieldNeedsNoKey() {
        assertThat(Tokens.of(Samples.contract("well"), TokenKeys.NONE)).isNull();
    }

    @Test
    void aProductWithATokenisedFieldIsRefusedWithoutAKeyOrWithAShortOne() {
        assertThatThrownBy(() -> Tokens.of(contract, TokenKeys.NONE))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[drilling.well] domain 'drilling' must have a key of tokens, for [owner_name] must not be"
                        + " written clear, but has none");
        assertThatThrownBy(() -> Tokens.of(contract, domain -> key(31, 1)))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage(
                        "[drilling.well] the key of tokens of domain 'drilling' must have 32 bytes or more but had 31");
    }

    private static Tokens tokens(Contract contract) {
        return Objects.requireNonNull(Tokens.of(contract, Samples.TOKEN_KEYS));
    }

    private static byte[] key(int length, int value) {
        byte[] key = new byte[length];
        Arrays.fill(key, (byte) value);
        return key;
    }

    private static String hex(String token) {
        return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(token));
    }
}
