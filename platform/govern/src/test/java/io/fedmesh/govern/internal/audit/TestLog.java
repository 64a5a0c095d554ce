package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditSigner;
import io.fedmesh.govern.internal.audit.CheckpointWalk.Stored;
import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A log as its writer would leave it, in memory. */
final class TestLog {
    static final String TOPIC = "mesh.private.audit.audit.v1";
    static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

    /** A signer with a key of its own. */
    static final class Key implements AuditSigner {
        private final PublicKey publicKey;
        private final PrivateKey privateKey;

        Key() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp384r1"));
                KeyPair pair = generator.generateKeyPair();
                publicKey = pair.getPublic();
                privateKey = pair.getPrivate();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
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
                throw new IllegalStateException(e);
            }
        }
    }

    final int partition;
    final AuditSigner signer;
    final List<LoggedRecord> records = new ArrayList<>();
    final List<Stored> checkpoints = new ArrayList<>();

    /** Sizes that the checkpoints cover. */
    final List<Integer> sizes = new ArrayList<>();

    private final LogEnd end;
    private Instant now = BEGAN;

    TestLog(int partition, AuditSigner signer) {
        this.partition = partition;
        this.signer = signer;
        this.end = LogEnd.at(TOPIC, partition, null);
    }

    /** A log of 2 to 60 records, at least one of them covered. */
    static TestLog random(int partition, AuditSigner signer, Random random) {
        TestLog log = new TestLog(partition, signer);
        int count = 2 + random.nextInt(59);
        for (int i = 0; i < count; i++) {
            log.write("event " + random.nextInt(1_000) + " of " + i);
            if (random.nextInt(8) == 0) {
                log.cover();
            }
        }
        if (log.checkpoints.isEmpty() || random.nextBoolean()) {
            log.cover();
        }
        return log;
    }

    void write(String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        Link link = end.append(value);
        long offset = records.size() * 2L; // markers of transactions lie between
        end.standsAt(offset);
        now = now.plusSeconds(1);
        records.add(new LoggedRecord(offset, now.toEpochMilli(), link, value));
    }

    void cover() {
        if (end.uncovered() > 0) {
            now = now.plusSeconds(1);
            SignedCheckpoint head = end.head(now);
            checkpoints.add(new Stored(head.head().ordinal(), head.signed(signer)));
            sizes.add((int) head.head().size());
            end.covered(head);
        }
    }

    Instant now() {
        return now;
    }

    int covered() {
        return sizes.get(sizes.size() - 1);
    }
}
