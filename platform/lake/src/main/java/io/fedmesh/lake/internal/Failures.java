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
import software.amazon.awssdk.services.s3.model.S3Exception;

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

    /**
     * What failed, for an operator: where we say so ourselves, the message of the innermost cause that has one, and what to
     * do. Never a record's value.
     */
    static String tell(Throwable failure) {
        Throwable told = failure;
        Throwable ours = null;
        String advice = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                told = cause;
                if (ours == null && cause.getMessage().startsWith("[")) {
                    ours = cause;
                }
            }
            if (cause instanceof TableRefusedException || cause instanceof FencedException) {
                break;
            }
            if (cause instanceof AuthorizationException) {
                advice = "; apply the contracts' grants: the sink then goes on by itself";
            } else if (cause instanceof AuthenticationException) {
                advice = "; check the sink's user and password at the brokers";
            } else if (cause instanceof S3Exception answer && answer.statusCode() >= 500) {
                advice = "; the object store answered " + answer.statusCode()
                        + ": is its disk full or its service down?";
            }
        }
        String inner = told.getClass().getSimpleName() + ": " + told.getMessage();
        return (ours == null || ours == told ? inner : ours.getMessage() + " (" + inner + ")") + advice;
    }
}
