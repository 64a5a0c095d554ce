package io.fedmesh.stream.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.RejectedRecord;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what a topology refuses into records of its product's rejected topic. They ride in the same transaction as the
 * position: neither is lost without the other. Handed to the error handlers through the configuration.
 */
public final class Rejections {
    static final String CONFIG = "fedmesh.rejections";

    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final int MAX_CAUSES = 16;

    private final Contract product;

    public Rejections(Contract product) {
        this.product = product;
    }

    static Rejections of(Map<String, ?> configs) {
        if (configs.get(CONFIG) instanceof Rejections rejections) {
            return rejections;
        }
        throw new IllegalStateException("[stream] '" + CONFIG + "' must be set");
    }

    /** The bad record among the causes, or null when the failure says nothing about the record. */
    static @Nullable BadRecordException badRecord(Throwable failure) {
        return cause(failure, BadRecordException.class);
    }

    /** The first cause of a type, the failure itself included. */
    static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    List<ProducerRecord<byte[], byte[]>> rejected(
            ErrorHandlerContext context, byte @Nullable [] key, byte @Nullable [] value, BadRecordException cause) {
        LOG.atWarn()
                .addKeyValue("product", product.name())
                .addKeyValue("topic", context.topic())
                .addKeyValue("partition", context.partition())
                .addKeyValue("offset", context.offset())
                .addKeyValue("reason", cause.reason())
                .log("Record rejected");
        RejectedRecord.Origin origin =
                new RejectedRecord.Origin(context.topic(), context.partition(), context.offset(), context.timestamp());
        return List.of(RejectedRecord.of(
                product.topic().rejected(), key, value, context.headers(), origin, cause, "stream", product.version()));
    }
}
