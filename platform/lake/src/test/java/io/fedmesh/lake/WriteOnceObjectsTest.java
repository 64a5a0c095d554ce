package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class WriteOnceObjectsTest {
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

    private final Store store = new Store();

    private WriteOnceObjects objects(String place, @Nullable Duration lock) {
        return new WriteOnceObjects(store, URI.create(place), lock, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void anObjectIsWrittenOnceAndReadBack() {
        WriteOnceObjects objects = objects("s3://kept/audit/", null);

        assertThat(objects.putIfAbsent("0/000.checkpoint", new byte[] {1})).isTrue();
        assertThat(objects.putIfAbsent("0/000.checkpoint", new byte[] {2})).isFalse();

        assertThat(objects.read("0/000.checkpoint")).hasValue(new byte[] {1});
        assertThat(objects.read("0/001.checkpoint")).isEmpty();
        assertThat(store.content).containsOnlyKeys("audit/0/000.checkpoint");
        assertThat(store.puts).allSatisfy(put -> {
            assertThat(put.bucket()).isEqualTo("kept");
            assertThat(put.ifNoneMatch()).isEqualTo("*");
            assertThat(put.objectLockMode()).isNull();
        });
    }

    @Test
    void anObjectIsLockedForEverybodyUntilItsTimeIsOver() {
        objects("s3://kept/audit", Duration.ofDays(913)).putIfAbsent("0/0", new byte[] {1});

        assertThat(store.puts.get(0).objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
        assertThat(store.puts.get(0).objectLockRetainUntilDate()).isEqualTo(NOW.plus(Duration.ofDays(913)));
    }

    @Test
    void namesComeFromAllPagesOfTheFolderAlone() {
        WriteOnceObjects objects = objects("s3://kept", null);
        for (int i = 0; i < 5; i++) {
            objects.putIfAbsent("1/" + i, new byte[] {1});
        }
        objects.putIfAbsent("10/0", new byte[] {1});

        assertThat(objects.names("1")).containsExactly("0", "1", "2", "3", "4");
        assertThat(objects.names("2")).isEmpty();
    }

    @Test
    void whoWritesAtTheSameMomentIsAskedAgain() {
        store.conflicts = 2;
        assertThat(objects("s3://kept", null).putIfAbsent("0/0", new byte[] {1}))
                .isTrue();
        store.conflicts = 3;
        assertThatThrownBy(() -> objects("s3://kept", null).putIfAbsent("0/1", new byte[] {1}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("[s3://kept/0/1] must be written but could not be: ");
    }

    @Test
    void aStoreThatIsAwayIsNoStoreWithoutObjects() {
        store.isAway = true;
        WriteOnceObjects objects = objects("s3://kept", null);

        assertThatThrownBy(() -> objects.read("0/0")).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> objects.names("0")).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> objects.putIfAbsent("0/0", new byte[] {1})).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void whatIsTooLargeIsNotReadToItsEnd() {
        store.content.put("0/0", new byte[WriteOnceObjects.MAX_BYTES + 1]);
        WriteOnceObjects objects = objects("s3://kept", null);

        assertThatThrownBy(() -> objects.read("0/0"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageEndingWith("it must have at most 1048576 bytes but has more");
        assertThatThrownBy(() -> objects.putIfAbsent("0/1", new byte[WriteOnceObjects.MAX_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A bucket in memory that takes a name once and gives names by two. */
    private static final class Store implements S3Client {
        final Map<String, byte[]> content = new TreeMap<>();
        final List<PutObjectRequest> puts = new ArrayList<>();
        int conflicts;
        boolean isAway;

        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            answer();
            puts.add(request);
            if (conflicts > 0) {
                conflicts--;
                throw refusal(409);
            }
            if ("*".equals(request.ifNoneMatch()) && content.containsKey(request.key())) {
                throw refusal(412);
            }
            try (var in = body.contentStreamProvider().newStream()) {
                content.put(request.key(), in.readAllBytes());
            } catch (java.io.IOException e) {
                throw new UncheckedIOException(e);
            }
            return PutObjectResponse.builder().build();
        }

        @Override
        public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
            answer();
            byte[] found = content.get(request.key());
            if (found == null) {
                throw NoSuchKeyException.builder().message("none").build();
            }
            return new ResponseInputStream<>(
                    GetObjectResponse.builder().build(), AbortableInputStream.create(new ByteArrayInputStream(found)));
        }

        @Override
        public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
            answer();
            List<String> keys = content.keySet().stream()
                    .filter(key -> key.startsWith(request.prefix()))
                    .toList();
            int from = request.continuationToken() == null ? 0 : Integer.parseInt(request.continuationToken());
            int to = Math.min(keys.size(), from + 2);
            return ListObjectsV2Response.builder()
                    .contents(keys.subList(from, to).stream()
                            .map(key -> S3Object.builder().key(key).build())
                            .toList())
                    .isTruncated(to < keys.size())
                    .nextContinuationToken(Integer.toString(to))
                    .build();
        }

        private void answer() {
            if (isAway) {
                throw SdkClientException.create("away");
            }
        }

        private static S3Exception refusal(int status) {
            return (S3Exception)
                    S3Exception.builder().statusCode(status).message("refused").build();
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }
}
