package io.fedmesh.app.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.app.internal.config.AuditConfig.Checkpoints;
import io.fedmesh.app.internal.config.AuditConfig.Key;
import io.fedmesh.app.internal.config.MeshConfig.KeyService;
import io.fedmesh.govern.audit.AuditSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditConfigTest {
    private static final Path FILE = Path.of("/audit/key.pem");
    private static final URI BUCKET = URI.create("s3://kept/audit");

    @Test
    void aKeyIsAFileOrOneOfTheKeyService() {
        assertThatThrownBy(() -> new Key(KeyService.LOCAL, null, null, null))
                .hasMessage("'file' must be given exactly for the service 'local'");
        assertThatThrownBy(() -> new Key(KeyService.AWS_KMS, FILE, "us-gov-west-1", "alias/mesh-audit"))
                .hasMessage("'file' must be given exactly for the service 'local'");
        assertThatThrownBy(() -> new Key(KeyService.AWS_KMS, null, "us-gov-west-1", null))
                .hasMessage("'region' and 'alias' must be given exactly for the service 'aws-kms'");
        assertThatThrownBy(() -> new Key(KeyService.LOCAL, FILE, null, "alias/mesh-audit"))
                .hasMessage("'region' and 'alias' must be given exactly for the service 'aws-kms'");
    }

    @Test
    void checkpointsAreInAFolderOrInABucketAndOnlyABucketLocks() {
        assertThatThrownBy(() -> new Checkpoints(null, null, null))
                .hasMessage("'folder' or 'bucket' must be given, and not both");
        assertThatThrownBy(() -> new Checkpoints(FILE, null, Duration.ofDays(1)))
                .hasMessage("'lock' must be given for a 'bucket' only");
        assertThatThrownBy(() -> new Checkpoints(null, URI.create("https://kept/audit"), null))
                .hasMessage("'bucket' must be s3://... but was 'https://kept/audit'");
        assertThatThrownBy(() -> new Checkpoints(null, BUCKET, Duration.ofHours(1)))
                .hasMessage("'lock' must be PT24H to PT876000H but was PT1H");
    }

    @Test
    void decisionsAreKeptForEverUnlessARetentionIsGiven() {
        Key key = new Key(KeyService.LOCAL, FILE, null, null);
        Checkpoints checkpoints = new Checkpoints(null, BUCKET, null);

        assertThat(new AuditConfig(key, checkpoints, Map.of(), null).kept()).isEqualTo(AuditSettings.FOR_EVER);
        assertThat(new AuditConfig(key, checkpoints, Map.of(), Duration.ofDays(913)).kept())
                .isEqualTo(Duration.ofDays(913));
    }
}
