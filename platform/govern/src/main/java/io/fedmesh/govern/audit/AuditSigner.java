package io.fedmesh.govern.audit;

import java.security.PublicKey;

/**
 * A key service that signs the heads of the audit log with ECDSA over P-384 and SHA-384. Thread-safe. With AWS KMS: a key
 * of the spec {@code ECC_NIST_P384}, {@code Sign} with {@code ECDSA_SHA_384} and {@code RAW}; messages stay under the
 * 4,096 bytes that it takes.
 */
public interface AuditSigner {
    /** The public half, which whoever verifies must know from elsewhere. */
    PublicKey publicKey();

    /**
     * The signature in DER, as X9.62 has it.
     *
     * @throws AuditUnavailableException when the service does not answer
     */
    byte[] sign(byte[] message);
}
