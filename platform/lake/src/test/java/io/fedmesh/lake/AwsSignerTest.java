package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

class AwsSignerTest {
    private static final byte[] MESSAGE = "a head".getBytes(StandardCharsets.UTF_8);

    private final Service service = new Service();

    @Test
    void whatItSignsHoldsUnderThePublicKeyThatItIsAskedForOnce() throws Exception {
        AwsSigner signer = new AwsSigner(service, "alias/mesh-audit");
        byte[] signature = signer.sign(MESSAGE);

        Signature verifier = Signature.getInstance("SHA384withECDSA");
        verifier.initVerify(signer.publicKey());
        verifier.update(MESSAGE);
        assertThat(verifier.verify(signature)).isTrue();
        assertThat(signer.publicKey()).isSameAs(signer.publicKey());
        assertThat(service.asked).isOne();
    }

    @Test
    void aKeyOfAnotherKindIsRefused() {
        service.spec = KeySpec.RSA_2048;

        assertThatThrownBy(() -> new AwsSigner(service, "alias/mesh-audit").publicKey())
                .hasMessage("[kms alias/mesh-audit] must be a key of the spec ECC_NIST_P384 but was of RSA_2048");
    }

    @Test
    void aServiceThatIsAwaySignsNothing() {
        service.isAway = true;
        AwsSigner signer = new AwsSigner(service, "alias/mesh-audit");

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("[kms alias/mesh-audit] must sign but did not: away");
        assertThatThrownBy(signer::publicKey).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> signer.sign(new byte[4097])).isInstanceOf(IllegalArgumentException.class);
    }

    /** A key service with one key. */
    private static final class Service implements KmsClient {
        private final KeyPair pair;
        KeySpec spec = KeySpec.ECC_NIST_P384;
        boolean isAway;
        int asked;

        Service() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp384r1"));
                pair = generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public GetPublicKeyResponse getPublicKey(GetPublicKeyRequest request) {
            answer(request.keyId());
            asked++;
            return GetPublicKeyResponse.builder()
                    .keySpec(spec)
                    .publicKey(SdkBytes.fromByteArray(pair.getPublic().getEncoded()))
                    .build();
        }

        @Override
        public SignResponse sign(SignRequest request) {
            answer(request.keyId());
            assertThat(request.messageType()).isEqualTo(MessageType.RAW);
            assertThat(request.signingAlgorithm()).isEqualTo(SigningAlgorithmSpec.ECDSA_SHA_384);
            try {
                Signature signature = Signature.getInstance("SHA384withECDSA");
                signature.initSign(pair.getPrivate());
                signature.update(request.message().asByteArray());
                return SignResponse.builder()
                        .signature(SdkBytes.fromByteArray(signature.sign()))
                        .build();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private void answer(String keyId) {
            assertThat(keyId).isEqualTo("alias/mesh-audit");
            if (isAway) {
                throw SdkClientException.create("away");
            }
        }

        @Override
        public String serviceName() {
            return "kms";
        }

        @Override
        public void close() {}
    }
}
