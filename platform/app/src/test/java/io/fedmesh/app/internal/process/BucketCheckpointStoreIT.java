package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.CheckpointStore;
import io.fedmesh.lake.WriteOnceObjects;
import io.fedmesh.local.LocalS3;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints in a real object store. */
class BucketCheckpointStoreIT {
    private static final byte[] FIRST = "first".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECOND = "second".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path home;

    @Test
    void aCheckpointIsGivenOnceToOneOfManyAndEveryOneIsListed() {
        Map<String, String> properties = new HashMap<>();
        URI place;
        try (LocalS3 s3 = LocalS3.start(home)) {
            place = URI.create("s3://" + s3.bucket() + "/audit/checkpoints");
            properties.put("s3.endpoint", s3.endpoint().toString());
            properties.put("s3.access-key-id", s3.accessKey());
            properties.put("s3.secret-access-key", s3.secretKey());
            properties.put("s3.path-style-access", "true");
            properties.put("client.region", "us-gov-west-1");
            try (WriteOnceObjects objects = new WriteOnceObjects(place, null, properties, Clock.systemUTC())) {
                CheckpointStore store = new BucketCheckpointStore(objects);
                assertThat(store.ordinals(1)).isEmpty();
                assertThat(store.read(1, 0)).isEmpty();

                assertThat(store.putIfAbsent(1, 0, FIRST)).isTrue();
                assertThat(store.putIfAbsent(1, 0, SECOND)).isFalse();
                assertThat(store.read(1, 0)).hasValue(FIRST);
                long given = IntStream.range(0, 8)
                        .parallel()
                        .filter(writer -> store.putIfAbsent(1, 1, new byte[] {(byte) writer}))
                        .count();
                assertThat(given).as("writers who sign at the same time").isEqualTo(1);
                assertThat(store.putIfAbsent(1, 12, SECOND)).isTrue();
                assertThat(store.putIfAbsent(11, 3, SECOND))
                        .as("of another partition")
                        .isTrue();
                assertThat(objects.putIfAbsent("1/notes.txt", FIRST))
                        .as("no checkpoint")
                        .isTrue();

                assertThat(store.ordinals(1)).isEqualTo(List.of(0L, 1L, 12L));
                assertThat(store.ordinals(11)).isEqualTo(List.of(3L));
            }
        }
        try (WriteOnceObjects gone = new WriteOnceObjects(place, null, properties, Clock.systemUTC())) {
            CheckpointStore store = new BucketCheckpointStore(gone);
            assertThatThrownBy(() -> store.ordinals(1))
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageStartingWith("[audit.checkpoints] [s3://");
        }
    }
}
