package io.fedmesh.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.aws.AwsClientFactories;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Small objects under one prefix of a bucket, each written once: {@code PutObject} with {@code If-None-Match: *}, and, where
 * the bucket has Object Lock, kept from everybody for a time, the account's owner included. Thread-safe. Every method throws
 * {@link UncheckedIOException} when the store does not answer.
 */
public final class WriteOnceObjects implements AutoCloseable {
    /** The most that an object may hold. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int ATTEMPTS = 3;

    private final S3Client s3;
    private final String bucket;
    private final String prefix;
    private final @Nullable Duration lock;
    private final Clock clock;

    /**
     * @param place {@code s3://bucket/prefix}
     * @param lock how long an object cannot be deleted or written anew, in compliance mode; null where the bucket has no
     *     Object Lock or a default of its own
     * @param properties of Iceberg's S3FileIO: region, endpoint, credentials
     * @param clock tells the time from which the lock runs
     */
    public WriteOnceObjects(URI place, @Nullable Duration lock, Map<String, String> properties, Clock clock) {
        this(AwsClientFactories.from(properties).s3(), place, lock, clock);
    }

    WriteOnceObjects(S3Client s3, URI place, @Nullable Duration lock, Clock clock) {
        if (!"s3".equals(place.getScheme()) || place.getHost() == null) {
            throw new IllegalArgumentException("'place' must be s3://bucket/prefix but was '" + place + "'");
        }
        String path = place.getPath() == null ? "" : place.getPath().replaceAll("^/+|/+$", "");
        this.s3 = s3;
        this.bucket = place.getHost();
        this.prefix = path.isEmpty() ? "" : path + "/";
        this.lock = lock;
        this.clock = clock;
    }

    /**
     * Writes an object, or tells that one is there. After an answer that was lost it may be the caller's own that is there.
     *
     * @param name below the prefix, parts joined with {@code /}
     * @return false when there is one of this name, which stays as it is
     */
    public boolean putIfAbsent(String name, byte[] content) {
        if (content.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "'content' must have at most " + MAX_BYTES + " bytes but had " + content.length);
        }
        PutObjectRequest.Builder put = PutObjectRequest.builder()
                .bucket(bucket)
                .key(prefix + name)
                .ifNoneMatch("*")
                .checksumAlgorithm(ChecksumAlgorithm.SHA256);
        if (lock != null) {
            put.objectLockMode(ObjectLockMode.COMPLIANCE)
                    .objectLockRetainUntilDate(clock.instant().plus(lock));
        }
        for (int attempt = 1; ; attempt++) {
            try {
                s3.putObject(put.build(), RequestBody.fromBytes(content));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED) {
                    return false;
                }
                // Somebody writes the same name at this moment: S3 asks to try again.
                if (e.statusCode() != CONFLICT || attempt == ATTEMPTS) {
                    throw failed("written", name, e);
                }
            } catch (SdkException e) {
                throw failed("written", name, e);
            }
        }
    }

    /** An object's content; empty when there is none of this name. */
    public Optional<byte[]> read(String name) {
        GetObjectRequest get =
                GetObjectRequest.builder().bucket(bucket).key(prefix + name).build();
        try (var in = s3.getObject(get)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                in.abort();
                throw new IOException("it must have at most " + MAX_BYTES + " bytes but has more");
            }
            return Optional.of(content);
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException | IOException e) {
            throw failed("read", name, e);
        }
    }

    /** The names below a folder, without the folder, in no order. */
    public List<String> names(String folder) {
        String from = prefix + folder + "/";
        List<String> names = new ArrayList<>();
        String token = null;
        try {
            do {
                ListObjectsV2Response page = s3.listObjectsV2(ListObjectsV2Request.builder()
                        .bucket(bucket)
                        .prefix(from)
                        .continuationToken(token)
                        .build());
                for (S3Object object : page.contents()) {
                    names.add(object.key().substring(from.length()));
                }
                token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
            } while (token != null);
            return names;
        } catch (SdkException e) {
            throw failed("listed", folder, e);
        }
    }

    private UncheckedIOException failed(String what, String name, Exception cause) {
        return new UncheckedIOException(
                "[s3://" + bucket + "/" + prefix + name + "] must be " + what + " but could not be: "
                        + cause.getMessage(),
                cause instanceof IOException io ? io : new IOException(cause));
    }

    @Override
    public void close() {
        s3.close();
    }
}
