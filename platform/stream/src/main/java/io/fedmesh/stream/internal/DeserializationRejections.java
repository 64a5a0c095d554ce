package io.fedmesh.stream.internal;

import io.fedmesh.wire.BadRecordException;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/** A record that is definitely bad is rejected; an outage of the registry, or a bug, holds the position. */
public final class DeserializationRejections implements DeserializationExceptionHandler {
    private @Nullable Rejections rejections;

    @Override
    public void configure(Map<String, ?> configs) {
        rejections = Rejections.of(configs);
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        BadRecordException bad = Rejections.badRecord(exception);
        if (bad == null) {
            return Response.fail();
        }
        return Response.resume(Objects.requireNonNull(rejections).rejected(context, record.key(), record.value(), bad));
    }
}
