package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureRefusedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** What a failure of a Kafka client means for capture. */
final class KafkaFailures {
    private KafkaFailures() {}

    static boolean isFenced(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ProducerFencedException || t instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    /** The exception that says what to do: everything but a fence is waited for. A password is never told. */
    static RuntimeException of(String where, String what, RuntimeException failure) {
        if (failure instanceof OutageException
                || failure instanceof CaptureRefusedException
                || failure instanceof Pause.StoppedException) {
            return failure;
        }
        if (isFenced(failure)) {
            return new FencedException("[" + where + "] one instance must capture a source but another one took over");
        }
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof AuthorizationException) {
                return new MissingRightException(
                        "[" + where + "] capture must be allowed " + what + " but the broker refused: " + t.getMessage()
                                + "; apply the contracts' grants",
                        failure);
            }
            if (t instanceof AuthenticationException) { // a password may be renewed at the brokers
                return new OutageException(
                        "[" + where + "] the brokers must let capture's user in but refused: " + t.getMessage()
                                + "; check the user and its password",
                        failure);
            }
        }
        if (failure instanceof KafkaException) {
            return new OutageException("[" + where + "] " + what + " failed: " + failure, failure);
        }
        return failure;
    }
}
