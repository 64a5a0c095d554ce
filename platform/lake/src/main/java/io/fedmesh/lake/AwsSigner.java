package io.fedmesh.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.apache.iceberg.aws.AwsClientFactories;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/**
 * Signs with a key of AWS KMS that never leaves it: ECDSA over P-384 with SHA-384. Thread-safe. Methods throw
 * {@link UncheckedIOException} when the service does not answer.
 */
public final class AwsSigner implements AutoCloseable {
    /** The most that the service signs at once. */
    public static final int MAX_MESSAGE_BYTES = 4096;

    private final KmsClient kms;
    private final String keyId;
    private @Nullable PublicKey publicKey;

    /**
     * @param keyId alias, id or ARN of a key of the spec {@code ECC_NIST_P384}
     * @param properties Iceberg's AWS client properties: region, endpoint, credentials
     */
    public AwsSigner(String keyId, Map<String, String> properties) {
        this(AwsClientFactories.from(properties).kms(), keyId);
    }

    AwsSigner(KmsClient kms, String keyId) {
        this.kms = kms;
        this.keyId = keyId;
    }

    /**
     * The public half, asked for once.
     *
     * @throws IllegalStateException when the key is of another kind
     */
    public synchronized PublicKey publicKey() {
        PublicKey known = publicKey;
        if (known == null) {
            known = ask();
            publicKey = known;
        }
        return known;
    }

    private PublicKey ask() {
        try {
            GetPublicKeyResponse answer =
                    kms.getPublicKey(GetPublicKeyRequest.builder().keyId(keyId).build());
            if (answer.keySpec() != KeySpec.ECC_NIST_P384) {
                throw new IllegalStateException("[kms " + keyId
                        + "] must be a key of the spec ECC_NIST_P384 but was of " + answer.keySpecAsString());
            }
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(answer.publicKey().asByteArray()));
        } catch (SdkException e) {
            throw failed("give its public key", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("[kms " + keyId + "] must give a public key but gave something else", e);
        }
    }

    /** The signature in DER. */
    public byte[] sign(byte[] message) {
        if (message.length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "'message' must have at most " + MAX_MESSAGE_BYTES + " bytes but had " + message.length);
        }
        try {
            return kms.sign(SignRequest.builder()
                            .keyId(keyId)
                            .message(SdkBytes.fromByteArray(message))
                            .messageType(MessageType.RAW)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_384)
                            .build())
                    .signature()
                    .asByteArray();
        } catch (SdkException e) {
            throw failed("sign", e);
        }
    }

    private UncheckedIOException failed(String what, SdkException cause) {
        return new UncheckedIOException(
                "[kms " + keyId + "] must " + what + " but did not: " + cause.getMessage(), new IOException(cause));
    }

    @Override
    public void close() {
        kms.close();
    }
}
