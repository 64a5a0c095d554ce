package io.fedmesh.app.internal.process;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.agreement.Agreements;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.govern.agreement.KafkaGovernanceLog;
import io.fedmesh.wire.KafkaConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The agreements of a mesh: their record read and written as one principal. Thread-safe; close it. */
public final class Governance implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final KafkaGovernanceLog log;
    private final Agreements agreements;
    private final InstantSource clock;
    private final @Nullable Admin admin;
    private volatile boolean stands;

    private Governance(KafkaConnection connection, Duration timeout, InstantSource clock, @Nullable Admin admin) {
        this.log = new KafkaGovernanceLog(connection, timeout);
        this.agreements = new Agreements(log, clock);
        this.clock = clock;
        this.admin = admin;
        this.stands = admin == null;
    }

    /**
     * To ask, decide and look, as {@link DesiredState#DESK}; nothing is read yet.
     *
     * @throws IllegalStateException when the configuration does not name that principal
     */
    public static Governance open(Connections connections) {
        return open(connections, DesiredState.DESK);
    }

    /** As {@link #open(Connections)}, as another principal that may read the record. */
    public static Governance open(Connections connections, String principal) {
        return new Governance(connections.kafka(principal), TIMEOUT, Clock.systemUTC(), null);
    }

    /**
     * As the operator, who prepares a mesh: before the record's topic is made, nothing was ever said.
     *
     * @param admin the operator's; stays the caller's to close
     */
    public static Governance ofOperator(Admin admin, KafkaConnection operator, InstantSource clock) {
        return new Governance(operator, TIMEOUT, clock, admin);
    }

    /**
     * All that the record says now.
     *
     * @throws GovernanceLogException when it cannot be read; a caller who decides by it denies
     */
    public GovernanceImage image() {
        return isMade() ? agreements.image() : GovernanceImage.EMPTY;
    }

    /** What agreements give at this moment. */
    public DesiredState.Agreed agreed() {
        return AgreementGrants.agreed(image(), clock.instant());
    }

    /** The workflow itself. */
    public Agreements agreements() {
        return agreements;
    }

    /** Asks the brokers until the topic is there; one that goes away later is an outage. */
    private boolean isMade() {
        Admin asked = admin;
        if (!stands && asked != null) {
            try {
                stands = asked.listTopics()
                        .names()
                        .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .contains(KafkaGovernanceLog.TOPIC);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GovernanceLogException("[log] looking for its topic must not be interrupted but was", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new GovernanceLogException(
                        "[log] the brokers must say whether its topic is there but did not", e);
            }
        }
        return stands;
    }

    @Override
    public void close() {
        log.close();
    }
}
