package io.fedmesh.stream.internal;

import io.fedmesh.wire.BadRecordException;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A record that the topology's code refuses is rejected with the bytes of the input; any other exception is a bug and
 * stops the process. Kafka Streams frees an input's bytes once something was sent for it: without them it stops too.
 */
public final class ProcessingRejections implements ProcessingExceptionHandler {
    private @Nullable Rejections rejections;

    @Override
    public void configure(Map<String, ?> configs) {
        rejections = Rejections.of(configs);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        BadRecordException bad = Rejections.badRecord(exception);
        byte[] key = context.sourceRawKey();
        if (bad == null || bad.reason() != BadRecordException.Reason.PROCESSING || key == null) {
            return Response.fail();
        }
        return Response.resume(
                Objects.requireNonNull(rejections).rejected(context, key, context.sourceRawValue(), bad));
    }
}
