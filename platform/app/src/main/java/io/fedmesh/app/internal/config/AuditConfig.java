package io.fedmesh.app.internal.config;

import io.fedmesh.govern.audit.AuditSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of decisions: who signs it, where its checkpoints are, for how long it is kept.
 *
 * @param key who signs
 * @param checkpoints where they are kept
 * @param trusted files of public keys in PEM whose signatures a verification believes, former ones included, by any name;
 *     empty where only the signing key's own is
 * @param retention how long decisions stay on their topic; null for ever
 */
public record AuditConfig(
        Key key,
        Checkpoints checkpoints,
        Map<String, Path> trusted,
        @Nullable Duration retention) {
    private static final Duration SHORTEST = Duration.ofDays(1);

    public AuditConfig {
        trusted = Map.copyOf(trusted);
        if (retention != null) {
            Rules.between("retention", retention, SHORTEST, AuditSettings.FOR_EVER);
        }
    }

    /** How long decisions stay on their topic. */
    public Duration kept() {
        return retention == null ? AuditSettings.FOR_EVER : retention;
    }

    /**
     * Who signs: ECDSA over P-384.
     *
     * @param service who has the key
     * @param file the key, readable by its owner alone; for {@code local} only
     * @param region the key service's region; for {@code aws-kms} only
     * @param alias the key's alias, id or ARN; for {@code aws-kms} only
     */
    public record Key(
            MeshConfig.KeyService service,
            @Nullable Path file,
            @Nullable String region,
            @Nullable String alias) {
        public Key {
            if ((file != null) != (service == MeshConfig.KeyService.LOCAL)) {
                throw new IllegalArgumentException("'file' must be given exactly for the service 'local'");
            }
            boolean isKms = service == MeshConfig.KeyService.AWS_KMS;
            if ((region != null) != isKms || (alias != null) != isKms) {
                throw new IllegalArgumentException(
                        "'region' and 'alias' must be given exactly for the service 'aws-kms'");
            }
        }
    }

    /**
     * Where checkpoints are kept: elsewhere than the brokers' disks, and best under other rights.
     *
     * @param folder of this machine; or
     * @param bucket {@code s3://bucket/prefix}, in the object store of {@code lake.s3}
     * @param lock how long a checkpoint in a bucket with Object Lock cannot be deleted; null where the bucket's own default
     *     says so
     */
    public record Checkpoints(
            @Nullable Path folder,
            @Nullable URI bucket,
            @Nullable Duration lock) {
        public Checkpoints {
            if ((folder == null) == (bucket == null)) {
                throw new IllegalArgumentException("'folder' or 'bucket' must be given, and not both");
            }
            if (bucket != null) {
                Rules.scheme("bucket", bucket, "s3");
            }
            if (lock != null) {
                if (bucket == null) {
                    throw new IllegalArgumentException("'lock' must be given for a 'bucket' only");
                }
                Rules.between("lock", lock, SHORTEST, AuditSettings.FOR_EVER);
            }
        }
    }
}
