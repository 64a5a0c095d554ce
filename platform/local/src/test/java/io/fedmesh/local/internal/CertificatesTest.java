package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path temp;

    private final SecureRandom random = new SecureRandom();
    private Home home;

    @BeforeEach
    void open() {
        home = Home.open(temp.resolve("home"), random);
    }

    @Test
    void theBrokersCertificateIsSignedByTheAuthorityForLoopback() throws Exception {
        Certificates certificates = Certificates.open(home, at(NOW), random);

        X509Certificate authority = first(certificates.trust());
        X509Certificate broker = first(certificates.broker());
        broker.verify(authority.getPublicKey());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(broker.getBasicConstraints()).isEqualTo(-1);
        assertThat(broker.getSubjectX500Principal().getName()).isEqualTo("CN=broker.fedmesh.local");
        assertThat(broker.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(broker.getExtendedKeyUsage()).isEqualTo(List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"));
    }

    @Test
    void theKeyIsTheOwnersAlone() throws Exception {
        Certificates certificates = Certificates.open(home, at(NOW), random);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificates.broker())))
                .isEqualTo("rw-------");
        assertThat(certificates.broker()).content().startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(certificates.trust()).content().doesNotContain("PRIVATE KEY");
    }

    @Test
    void certificatesStayUntilAMonthBeforeTheyExpire() throws Exception {
        String first = Files.readString(Certificates.open(home, at(NOW), random).broker());

        assertThat(Files.readString(Certificates.open(home, at(NOW.plus(Duration.ofDays(699))), random)
                        .broker()))
                .isEqualTo(first);
        assertThat(Files.readString(Certificates.open(home, at(NOW.plus(Duration.ofDays(701))), random)
                        .broker()))
                .isNotEqualTo(first);
    }

    @Test
    void aTornFileIsMadeAnew() throws Exception {
        Certificates certificates = Certificates.open(home, at(NOW), random);
        String whole = Files.readString(certificates.broker());
        Files.writeString(certificates.broker(), whole.substring(0, whole.length() / 3));

        first(Certificates.open(home, at(NOW), random).broker())
                .verify(first(certificates.trust()).getPublicKey());
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    private static X509Certificate first(Path pem) throws Exception {
        String text = Files.readString(pem);
        String certificate = text.substring(text.indexOf("-----BEGIN CERTIFICATE"));
        try (InputStream in =
                new java.io.ByteArrayInputStream(certificate.getBytes(java.nio.charset.StandardCharsets.US_ASCII))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
