package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.Set;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Exception;

class FailuresTest {

    @Test
    void anErrorOfTheObjectStoreSaysWhereToLook() {
        RuntimeException failure = new UncheckedIOException(new java.io.IOException(
                S3Exception.builder().message("Try again.").statusCode(500).build()));

        assertThat(Failures.isOutage(failure)).isTrue();
        assertThat(Failures.tell(failure))
                .isEqualTo("S3Exception: Try again.; the object store"
                        + " answered 500: is its disk full or its service down?");
    }

    @Test
    void aRefusalOfTheObjectStoreIsTheCallersNotItsDisks() {
        assertThat(Failures.tell(S3Exception.builder()
                        .message("Access Denied")
                        .statusCode(403)
                        .build()))
                .isEqualTo("S3Exception: Access Denied");
    }

    @Test
    void aMissingRightIsWaitedForAndSaysWhatToDo() {
        RuntimeException failure = new TopicAuthorizationException(Set.of("t"));

        assertThat(Failures.isOutage(failure)).isTrue();
        assertThat(Failures.tell(failure))
                .isEqualTo("TopicAuthorizationException: Not authorized to access topics: [t]; apply the contracts'"
                        + " grants: the sink then goes on by itself");
    }

    @Test
    void aRefusedPasswordIsWaitedForAndSaysWhatToDo() {
        assertThat(Failures.tell(new SaslAuthenticationException("no")))
                .isEqualTo("SaslAuthenticationException: no; check the sink's user and password at the brokers");
    }
}
