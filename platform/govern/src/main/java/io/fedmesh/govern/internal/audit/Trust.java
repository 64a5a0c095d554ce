package io.fedmesh.govern.internal.audit;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;

/** Whose signatures of checkpoints are believed. Thread-safe. */
interface Trust {
    /** Bytes of a key's id, which names it but proves nothing. */
    int KEY_ID_BYTES = 4;

    /** What a signature is worth. */
    enum Verdict {
        HOLDS,
        BROKEN,
        UNKNOWN_KEY
    }

    /** Judges a signature by the key that it names. */
    Verdict judge(byte[] keyId, byte[] text, byte[] signature);

    /** Trusts these keys, for ECDSA with SHA-384. */
    static Trust in(List<PublicKey> keys) {
        List<PublicKey> trusted = List.copyOf(keys);
        return (keyId, text, signature) -> {
            Verdict verdict = Verdict.UNKNOWN_KEY;
            for (PublicKey key : trusted) {
                if (Arrays.equals(keyId, keyId(key))) {
                    if (isValid(key, text, signature)) {
                        return Verdict.HOLDS;
                    }
                    verdict = Verdict.BROKEN;
                }
            }
            return verdict;
        };
    }

    /** The beginning of the SHA-256 of a key's SPKI form, as C2SP's signed notes have it for ECDSA. */
    static byte[] keyId(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Arrays.copyOf(digest, KEY_ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a Java platform must have SHA-256 but has not", e);
        }
    }

    private static boolean isValid(PublicKey key, byte[] text, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("SHA384withECDSA");
            verifier.initVerify(key);
            verifier.update(text);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // bytes that are no signature
        }
    }
}
