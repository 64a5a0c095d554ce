package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.wire.RegistryUnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Tells an outage, which is waited for, from a bug or a refusal, which stops a product. */
final class Failures {
    private Failures() {}

    /**
     * Whether waiting may help: a part that cannot be reached, throttles, or refuses credentials that an operator can
     * renew. Nothing is dropped meanwhile.
     */
    static boolean isOutage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TableRefusedException
                    || cause instanceof FencedException
                    || cause instanceof InvalidOffsetException) {
                return false;
            }
            if (cause instanceof IOException
                    || cause instanceof SQLException
                    || cause instanceof SdkException
                    || cause instanceof RESTException
                    || cause instanceof CommitFailedException
                    || cause instanceof CommitStateUnknownException
                    || cause instanceof TablePort.StaleBaseException
                    || cause instanceof RegistryUnavailableException
                    || cause instanceof RetriableException
                    || cause instanceof TimeoutException
                    || cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException) {
                return true;
            }
        }
        return false;
    }

    /** The message of the innermost cause that has one, and its class: never a record's value. */
    static String tell(Throwable failure) {
        Throwable told = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                told = cause;
            }
            if (cause instanceof TableRefusedException || cause instanceof FencedException) {
                break;
            }
        }
        return told.getClass().getSimpleName() + ": " + told.getMessage();
    }
}
