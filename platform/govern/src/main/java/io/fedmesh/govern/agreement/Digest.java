package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 (FIPS 180-4) over parts of which each is preceded by its length, so that no two lists of parts look alike. */
final class Digest {
    private final MessageDigest sha256;

    private Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("[java] SHA-256 must be there but was not", e);
        }
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(new Digest().sha256.digest(bytes));
    }

    /** The hash of a list of parts. */
    static String of(List<String> parts) {
        Digest digest = new Digest();
        digest.add(Integer.toString(parts.size()));
        parts.forEach(digest::add);
        return HexFormat.of().formatHex(digest.sha256.digest());
    }

    /** The hash of a request: what an approver reads and approves. */
    static String request(String agreement, ProductName product, Consumer consumer, Terms terms) {
        Digest digest = new Digest();
        digest.add("fedmesh agreement request 1");
        digest.add(agreement);
        digest.add(product.toString());
        digest.add(consumer.principal());
        digest.add(terms.purpose());
        digest.add(terms.start().toString());
        digest.add(terms.end());
        digest.add(Integer.toString(terms.fields().size()));
        terms.fields().forEach(digest::add);
        return HexFormat.of().formatHex(digest.sha256.digest());
    }

    /** The hash of a login: equal for equal issuers and subjects alone, each to the letter. */
    static String login(String issuer, String subject) {
        Digest digest = new Digest();
        digest.add("fedmesh login 1");
        digest.add(issuer);
        digest.add(subject);
        return HexFormat.of().formatHex(digest.sha256.digest());
    }

    private void add(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        sha256.update(bytes);
    }
}
