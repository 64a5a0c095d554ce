package io.fedmesh.govern.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAuditKeyTest {
    @TempDir
    Path folder;

    @Test
    void aKeyComesBackFromItsFileAndSigns() throws Exception {
        LocalAuditKey made = LocalAuditKey.create(folder.resolve("key"), new SecureRandom());
        LocalAuditKey opened = LocalAuditKey.open(folder.resolve("key"));

        assertThat(opened.publicKey()).isEqualTo(made.publicKey());
        assertThat(opened).hasToString("LocalAuditKey[***]");
        Signature verifier = Signature.getInstance("SHA384withECDSA");
        verifier.initVerify(made.publicKey());
        verifier.update(new byte[] {1, 2});
        assertThat(verifier.verify(opened.sign(new byte[] {1, 2}))).isTrue();
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        Path file = folder.resolve("key");
        LocalAuditKey.create(file, new SecureRandom());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> LocalAuditKey.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage("[" + file + "] must be a file with the permissions rw------- but had rw-r-----");
    }

    @Test
    void aLinkToAKeyAndAKeyThatIsThereAreRefused() throws Exception {
        Path file = folder.resolve("key");
        LocalAuditKey.create(file, new SecureRandom());
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertThatThrownBy(() -> LocalAuditKey.open(link)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LocalAuditKey.create(file, new SecureRandom())).isInstanceOf(IOException.class);
    }

    @Test
    void halvesOfTwoKeysAreRefusedAndNothingOfThemIsTold() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        LocalAuditKey.create(one, new SecureRandom());
        LocalAuditKey.create(two, new SecureRandom());
        String mixed = Files.readString(one).substring(0, Files.readString(one).indexOf("-----BEGIN PUBLIC"))
                + Files.readString(two).substring(Files.readString(two).indexOf("-----BEGIN PUBLIC"));
        Files.writeString(one, mixed);
        Files.writeString(two, "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> LocalAuditKey.open(one))
                .hasMessage("[" + one + "] must hold the two halves of one key but did not");
        assertThatThrownBy(() -> LocalAuditKey.open(two))
                .hasMessage("[" + two + "] must hold a private and a public key in PEM but did not")
                .hasNoCause();
    }
}
