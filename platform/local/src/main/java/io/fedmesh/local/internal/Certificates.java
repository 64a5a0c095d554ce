package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * The local certificate authority and the broker's certificate, made at first start and made anew before they expire. The
 * authority's key signs once and is forgotten: nobody can ever issue a second certificate that the mesh trusts.
 */
public final class Certificates {
    /** The broker's principal on listeners where it proves itself by its certificate. */
    public static final String BROKER_NAME = "CN=broker.fedmesh.local";

    private static final Duration VALIDITY = Duration.ofDays(730);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final Path trust;
    private final Path broker;

    private Certificates(Path trust, Path broker) {
        this.trust = trust;
        this.broker = broker;
    }

    /** Opens the certificates of a home; makes them if they are missing, unreadable or about to expire. */
    public static Certificates open(Home home, Clock clock, SecureRandom random) {
        Certificates certificates =
                new Certificates(trust(home), home.folder("ca").resolve("broker.pem"));
        if (!certificates.lastUntil(clock.instant().plus(RENEW_BEFORE))) {
            certificates.make(home, clock.instant(), random);
        }
        return certificates;
    }

    /** PEM file of the certificate of a home's authority, made or not. */
    public static Path trust(Home home) {
        return home.folder("ca").resolve("ca.pem");
    }

    /** PEM file of the authority's certificate. */
    public Path trust() {
        return trust;
    }

    /** PEM file of the broker's key (PKCS 8, not encrypted, owner-only) and certificate chain. */
    public Path broker() {
        return broker;
    }

    private boolean lastUntil(Instant instant) {
        try {
            return expiry(trust).isAfter(instant) && expiry(broker).isAfter(instant);
        } catch (IOException | RuntimeException e) {
            return false; // missing or torn
        }
    }

    private static Instant expiry(Path pem) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(pem)))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder certificate) {
                    return certificate.getNotAfter().toInstant();
                }
            }
        }
        return Instant.MIN;
    }

    private void make(Home home, Instant now, SecureRandom random) {
        try {
            KeyPair authorityKeys = keyPair("secp384r1", random);
            X500Name authority = new X500Name("CN=Fedmesh local authority " + Long.toHexString(random.nextLong()));
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();

            X509v3CertificateBuilder authorityBuilder =
                    builder(authority, authority, authorityKeys, now, VALIDITY.plusDays(1), random);
            authorityBuilder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            authorityBuilder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            authorityBuilder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    extensions.createSubjectKeyIdentifier(authorityKeys.getPublic()));
            X509Certificate authorityCertificate = sign(authorityBuilder, authorityKeys.getPrivate());

            KeyPair brokerKeys = keyPair("secp256r1", random);
            X509v3CertificateBuilder brokerBuilder =
                    builder(authority, new X500Name(BROKER_NAME), brokerKeys, now, VALIDITY, random);
            brokerBuilder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            brokerBuilder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            brokerBuilder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            brokerBuilder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")
            }));
            brokerBuilder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(authorityKeys.getPublic()));
            X509Certificate brokerCertificate = sign(brokerBuilder, authorityKeys.getPrivate());

            home.write(
                    broker,
                    pem("PRIVATE KEY", brokerKeys.getPrivate().getEncoded())
                            + pem("CERTIFICATE", brokerCertificate.getEncoded())
                            + pem("CERTIFICATE", authorityCertificate.getEncoded()));
            home.write(trust, pem("CERTIFICATE", authorityCertificate.getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("[local] the JDK must offer EC keys and SHA-384 signatures but did not", e);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] certificates must be writable but were not", e);
        }
    }

    private static KeyPair keyPair(String curve, SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve), random);
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair keys, Instant now, Duration validity, SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, random).setBit(126),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(validity)),
                subject,
                keys.getPublic());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA384withECDSA").build(key)));
    }

    private static String pem(String type, byte[] content) throws IOException {
        StringWriter out = new StringWriter();
        try (PemWriter writer = new PemWriter(out)) {
            writer.writeObject(new PemObject(type, content));
        }
        return out.toString();
    }
}
