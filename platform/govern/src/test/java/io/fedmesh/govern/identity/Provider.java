package io.fedmesh.govern.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Base64;
import java.util.List;

/** An identity provider that signs with the JDK alone, so that no library of ours judges itself. */
final class Provider {
    static final KeyPair RSA = rsa(2048, 65_537);
    static final KeyPair P256 = curve("secp256r1");
    static final KeyPair P384 = curve("secp384r1");

    private Provider() {}

    static KeyPair rsa(int bits, long exponent) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(new RSAKeyGenParameterSpec(bits, BigInteger.valueOf(exponent)));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair curve(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(name));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String jwk(String kid, KeyPair pair, String more) {
        String id = "\"kid\":\"" + kid + "\"" + (more.isEmpty() ? "" : "," + more);
        if (pair.getPublic() instanceof RSAPublicKey rsa) {
            return "{\"kty\":\"RSA\"," + id + ",\"n\":\"" + number(rsa.getModulus(), 0) + "\",\"e\":\""
                    + number(rsa.getPublicExponent(), 0) + "\"}";
        }
        ECPublicKey curve = (ECPublicKey) pair.getPublic();
        int bytes = (curve.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        return "{\"kty\":\"EC\",\"crv\":\"P-"
                + curve.getParams().getCurve().getField().getFieldSize() + "\"," + id
                + ",\"x\":\"" + number(curve.getW().getAffineX(), bytes) + "\",\"y\":\""
                + number(curve.getW().getAffineY(), bytes) + "\"}";
    }

    static byte[] keys(String... jwks) {
        return ("{\"keys\":[" + String.join(",", List.of(jwks)) + "]}").getBytes(StandardCharsets.UTF_8);
    }

    /** A token: header and claims as they are, signed as the algorithm says. */
    static Token sign(String algorithm, PrivateKey key, String header, String claims) {
        String signed = base64(header) + "." + base64(claims);
        return token(signed + "." + base64(signature(algorithm, key, signed)));
    }

    static byte[] signature(String algorithm, PrivateKey key, String text) {
        try {
            String bits = algorithm.substring(2);
            Signature signature;
            if (algorithm.startsWith("PS")) {
                signature = Signature.getInstance("RSASSA-PSS");
                MGF1ParameterSpec mask = new MGF1ParameterSpec("SHA-" + bits);
                signature.setParameter(
                        new PSSParameterSpec("SHA-" + bits, "MGF1", mask, Integer.parseInt(bits) / 8, 1));
            } else if (algorithm.startsWith("ES")) {
                signature = Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
            } else {
                signature = Signature.getInstance("SHA" + bits + "withRSA");
            }
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Token token(String text) {
        try {
            return Token.of(text);
        } catch (IdentityRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String number(BigInteger number, int bytes) {
        byte[] plain = number.toByteArray();
        int skip = plain.length > 1 && plain[0] == 0 ? 1 : 0;
        byte[] padded = new byte[Math.max(bytes, plain.length - skip)];
        System.arraycopy(plain, skip, padded, padded.length - (plain.length - skip), plain.length - skip);
        return base64(padded);
    }

    /** A source that can be told what to answer, and counts. */
    static final class Keys implements KeySource {
        byte[] answer;
        boolean isDown;
        int reads;

        Keys(byte[] answer) {
            this.answer = answer;
        }

        @Override
        public byte[] read() throws IOException {
            reads++;
            if (isDown) {
                throw new IOException("[keys] down");
            }
            return answer;
        }
    }
}
