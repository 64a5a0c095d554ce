package io.fedmesh.govern.identity;

import com.nimbusds.jose.JWSAlgorithm;

/**
 * How a token may be signed: RSA and elliptic curves of FIPS 186-5 alone, as RFC 7518 (section 3.1) names them. There is no
 * {@code none} and no shared secret among them.
 */
public enum SigningAlgorithm {
    RS256(JWSAlgorithm.RS256),
    RS384(JWSAlgorithm.RS384),
    RS512(JWSAlgorithm.RS512),
    PS256(JWSAlgorithm.PS256),
    PS384(JWSAlgorithm.PS384),
    PS512(JWSAlgorithm.PS512),
    ES256(JWSAlgorithm.ES256),
    ES384(JWSAlgorithm.ES384),
    ES512(JWSAlgorithm.ES512);

    private final JWSAlgorithm algorithm;

    SigningAlgorithm(JWSAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    JWSAlgorithm algorithm() {
        return algorithm;
    }
}
