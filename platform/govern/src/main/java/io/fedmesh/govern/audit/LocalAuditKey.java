package io.fedmesh.govern.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/**
 * A signing key in a file of this machine that its owner alone may read and write: PEM, the private half as PKCS #8 and the
 * public one. For a laptop; elsewhere the key never leaves its service.
 */
public final class LocalAuditKey implements AuditSigner {
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private LocalAuditKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /**
     * Makes a key and writes it to a file that must not be there.
     *
     * @throws IOException when the file is there or cannot be written
     */
    public static LocalAuditKey create(Path file, SecureRandom random) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp384r1"), random);
            KeyPair pair = generator.generateKeyPair();
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER));
            Files.writeString(
                    file,
                    pem(PRIVATE, pair.getPrivate().getEncoded())
                            + pem(PUBLIC, pair.getPublic().getEncoded()),
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.SYNC);
            return new LocalAuditKey(pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a Java platform must have ECDSA over P-384 but has not", e);
        }
    }

    /**
     * Reads a key.
     *
     * @throws java.nio.file.NoSuchFileException when there is none
     * @throws IOException when others than its owner may do anything with the file, when it is a link, or when it does not
     *     hold a key pair
     */
    public static LocalAuditKey open(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !OWNER.containsAll(permissions)) {
            throw new IOException("[" + file + "] must be a file with the permissions rw------- but had "
                    + PosixFilePermissions.toString(permissions));
        }
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        try {
            KeyFactory keys = KeyFactory.getInstance("EC");
            LocalAuditKey key = new LocalAuditKey(
                    keys.generatePrivate(new PKCS8EncodedKeySpec(part(PRIVATE, text))),
                    keys.generatePublic(new X509EncodedKeySpec(part(PUBLIC, text))));
            Signature verifier = Signature.getInstance("SHA384withECDSA");
            verifier.initVerify(key.publicKey);
            byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
            verifier.update(probe);
            if (!verifier.verify(key.sign(probe))) {
                throw new IOException("[" + file + "] must hold the two halves of one key but did not");
            }
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // neither the message nor the cause: they could tell of the key
            throw new IOException("[" + file + "] must hold a private and a public key in PEM but did not");
        }
    }

    /**
     * Reads the public half of a file that holds one, with or without the private one.
     *
     * @throws IOException when it cannot be read or holds none
     */
    public static PublicKey publicKey(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(part(PUBLIC, text)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("[" + file + "] must hold a public key of an elliptic curve in PEM but did not", e);
        }
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA384withECDSA");
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AuditUnavailableException("[audit key] signing failed", e);
        }
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private static byte[] part(String what, String text) {
        String begin = "-----BEGIN " + what + "-----\n";
        int from = text.indexOf(begin);
        int to = text.indexOf("\n-----END " + what + "-----\n");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("there must be a " + what + " but is none");
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }

    @Override
    public String toString() {
        return "LocalAuditKey[***]";
    }
}
