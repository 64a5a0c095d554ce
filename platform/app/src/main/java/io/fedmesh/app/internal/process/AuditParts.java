package io.fedmesh.app.internal.process;

import io.fedmesh.app.internal.config.AuditConfig;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.audit.AuditFeed;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditSigner;
import io.fedmesh.govern.audit.AuditTrail;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.CheckpointStore;
import io.fedmesh.govern.audit.FolderCheckpointStore;
import io.fedmesh.govern.audit.LocalAuditKey;
import io.fedmesh.lake.AwsSigner;
import io.fedmesh.lake.WriteOnceObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The record of decisions as a configuration names it: key, checkpoints, topic. Thread-safe; close it. */
final class AuditParts implements AutoCloseable {
    private final Connections connections;
    private final AuditConfig config;
    private final Clock clock;
    private final CheckpointStore checkpoints;
    private final List<AutoCloseable> closed = new ArrayList<>();
    private @Nullable AuditSigner signer;

    private AuditParts(Connections connections, AuditConfig config, Clock clock) {
        this.connections = connections;
        this.config = config;
        this.clock = clock;
        URI bucket = config.checkpoints().bucket();
        if (bucket == null) {
            this.checkpoints = new FolderCheckpointStore(
                    Objects.requireNonNull(config.checkpoints().folder()));
        } else {
            WriteOnceObjects objects =
                    new WriteOnceObjects(bucket, config.checkpoints().lock(), connections.fileIo(), clock);
            closed.add(objects);
            this.checkpoints = new BucketCheckpointStore(objects);
        }
    }

    /**
     * Connects to nothing yet.
     *
     * @throws AuditUnavailableException when the configuration does not say where decisions are recorded
     */
    static AuditParts of(Connections connections, Clock clock) {
        AuditConfig audit = connections.config().audit();
        if (audit == null) {
            throw unconfigured();
        }
        return new AuditParts(connections, audit, clock);
    }

    /** The settings with the configured retention of decisions. */
    static ProvisioningSettings kept(MeshConfig config, ProvisioningSettings settings) {
        AuditConfig audit = config.audit();
        return audit == null ? settings : settings.withAuditRetention(audit.kept());
    }

    Connections connections() {
        return connections;
    }

    CheckpointStore checkpoints() {
        return checkpoints;
    }

    /**
     * The key that signs.
     *
     * @throws AuditUnavailableException when there is none, or it is not its owner's alone
     */
    synchronized AuditSigner signer() {
        AuditSigner known = signer;
        if (known == null) {
            known = open(config.key());
            signer = known;
        }
        return known;
    }

    private AuditSigner open(AuditConfig.Key key) {
        return switch (key.service()) {
            case LOCAL -> {
                Path file = Objects.requireNonNull(key.file());
                try {
                    yield LocalAuditKey.open(file);
                } catch (IOException e) {
                    throw new AuditUnavailableException("[audit.key] " + file + " must hold a key but: " + e, e);
                }
            }
            case AWS_KMS -> {
                AwsSigner kms = new AwsSigner(
                        Objects.requireNonNull(key.alias()),
                        Connections.awsClients(Objects.requireNonNull(key.region())));
                closed.add(kms);
                yield new ServiceSigner(kms);
            }
        };
    }

    /** The log, for a principal. */
    AuditTrail trail(String principal) {
        return new AuditTrail(
                connections.kafka(principal), AuditSettings.ofMesh(config.kept()), keys(), checkpoints, clock);
    }

    /**
     * A partition of the log to be read on from a place, as an auditor; who signs it does not matter for that.
     *
     * @throws AuditUnavailableException when the configuration does not say where decisions are recorded
     */
    static AuditFeed feed(Connections connections, int partition) {
        AuditConfig audit = connections.config().audit();
        if (audit == null) {
            throw unconfigured();
        }
        return AuditFeed.open(connections.kafka(DesiredState.AUDITOR), AuditSettings.ofMesh(audit.kept()), partition);
    }

    private static AuditUnavailableException unconfigured() {
        return new AuditUnavailableException(
                "[audit] must be configured where decisions are made but is not; mesh.example.yaml shows how");
    }

    /** Whose signatures are believed: those that are listed, else the signing key's own. */
    private List<PublicKey> keys() {
        if (config.trusted().isEmpty()) {
            Path file = config.key().file();
            return List.of(file == null ? signer().publicKey() : read("key", file));
        }
        List<PublicKey> keys = new ArrayList<>();
        new TreeMap<>(config.trusted()).forEach((name, file) -> keys.add(read("trusted." + name, file)));
        return keys;
    }

    private static PublicKey read(String setting, Path file) {
        try {
            return LocalAuditKey.publicKey(file);
        } catch (IOException e) {
            throw new AuditUnavailableException(
                    "[audit." + setting + "] " + file + " must hold a public key but: " + e, e);
        }
    }

    @Override
    public synchronized void close() {
        for (AutoCloseable part : closed) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A key service as the log wants one. */
    private record ServiceSigner(AwsSigner kms) implements AuditSigner {
        @Override
        public PublicKey publicKey() {
            try {
                return kms.publicKey();
            } catch (UncheckedIOException e) {
                throw new AuditUnavailableException("[audit.key] " + e.getMessage(), e);
            }
        }

        @Override
        public byte[] sign(byte[] message) {
            try {
                return kms.sign(message);
            } catch (UncheckedIOException e) {
                throw new AuditUnavailableException("[audit.key] " + e.getMessage(), e);
            }
        }
    }
}
