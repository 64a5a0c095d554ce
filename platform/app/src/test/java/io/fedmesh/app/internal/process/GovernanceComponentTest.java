package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.govern.agreement.Terms;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GovernanceComponentTest {
    private static final String TOPIC = "yard.public.crate.state.v1";

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(GovernanceComponent.class);
    private final RecordInMemory record = new RecordInMemory();
    private final FakeMesh mesh = new FakeMesh();
    private long nanos;
    private final GovernanceComponent component = component();

    private GovernanceComponent component() {
        return new GovernanceComponent(mesh, () -> record.now, () -> nanos);
    }

    @BeforeEach
    void listen() {
        logger.setLevel(Level.WARN);
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(events);
        logger.setLevel(null);
    }

    @Test
    void anApprovalOpensAndARevocationClosesAtTheNextLook() {
        component.look();
        assertThat(mesh.open()).isEmpty();
        record.live("a-1", 30);

        component.look();

        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
        assertThat(component.health()).isEqualTo(Health.of(Health.State.RUNNING));
        assertThat(value("mesh_governor_agreements_live")).isEqualTo(1);

        record.submit("cem", new Action.Revoke("a-1", "no more"));
        component.look();

        assertThat(mesh.open()).isEmpty();
        assertThat(value("mesh_governor_agreements_live")).isZero();
    }

    @Test
    void anEndClosesAtItsInstantThoughNothingHappens() {
        record.live("a-1", 1);
        component.look();
        int before = mesh.brings;
        record.now = Instant.parse("2026-11-26T23:59:59.999Z");
        component.look();
        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
        assertThat(mesh.brings).as("brokers are not asked at every look").isEqualTo(before);
        assertThat(value("mesh_governor_next_change_timestamp_seconds"))
                .isEqualTo(Instant.parse("2026-11-27T00:00:00Z").getEpochSecond());

        record.now = Instant.parse("2026-11-27T00:00:00Z");
        component.look();

        assertThat(mesh.open()).isEmpty();
        assertThat(component.metrics())
                .extracting(Metric::name)
                .doesNotContain("mesh_governor_next_change_timestamp_seconds");
    }

    @Test
    void anEndWithinADayClosesAtItsInstantAndNotAMomentBefore() {
        Instant until = record.now.plusSeconds(45);
        record.ask(
                "a-1",
                RecordInMemory.CRATE,
                new Terms("to plan berths", RecordInMemory.TODAY, until, Set.of("id", "label")));
        record.approve("cem", "a-1");
        component.look();
        assertThat(value("mesh_governor_next_change_timestamp_seconds")).isEqualTo(until.getEpochSecond());
        record.now = until.minusMillis(1);
        component.look();
        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");

        record.now = until;
        component.look();

        assertThat(mesh.open()).isEmpty();
    }

    @Test
    void aBeginningOpensAtItsInstant() {
        record.ask(
                "a-1",
                RecordInMemory.CRATE,
                RecordInMemory.TODAY.plusDays(1),
                RecordInMemory.TODAY.plusDays(9),
                "id",
                "label");
        record.approve("cem", "a-1");
        component.look();
        assertThat(mesh.open()).isEmpty();

        record.now = Instant.parse("2026-11-27T00:00:00Z");
        component.look();

        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
    }

    @Test
    void whatSomebodyElseOpenedIsClosedWithinTheInterval() {
        component.look();
        mesh.grants.add(grant("mesh.user.u-eva"));
        component.look();
        assertThat(mesh.open()).containsExactly("mesh.user.u-eva");

        nanos += GovernanceComponent.INTERVAL.toNanos();
        component.look();

        assertThat(mesh.open()).isEmpty();
        assertThat(GovernanceComponent.INTERVAL.toSeconds())
                .as("a part of a minute")
                .isLessThanOrEqualTo(30);
    }

    @Test
    void whileTheRecordCannotBeReadNothingIsOpenedAndWhatEndsIsClosed() {
        record.live("a-1", 1);
        record.ask(
                "a-2",
                RecordInMemory.CRATE,
                RecordInMemory.TODAY.plusDays(1),
                RecordInMemory.TODAY.plusDays(9),
                "id",
                "label");
        component.look();
        record.approve("cem", "a-2");
        mesh.recordFailure = new GovernanceLogException("[log] away", null);
        component.look();
        assertThat(component.health()).isEqualTo(new Health(Health.State.HOLDING, "[log] away"));
        assertThat(mesh.open()).as("an outage closes nothing").containsExactly("mesh.user.u-ada");

        record.now = Instant.parse("2026-11-27T00:00:00Z");
        component.look();

        assertThat(mesh.open())
                .as("a-2 would open it but nobody read that it was approved")
                .isEmpty();
        mesh.recordFailure = null;
        component.look();
        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
        assertThat(component.health().state()).isEqualTo(Health.State.RUNNING);
    }

    @Test
    void whatBeganDuringAnOutageIsOpenedAfterItAndNotBefore() {
        record.ask(
                "a-1",
                RecordInMemory.CRATE,
                RecordInMemory.TODAY.plusDays(1),
                RecordInMemory.TODAY.plusDays(9),
                "id",
                "label");
        record.approve("cem", "a-1");
        component.look();
        mesh.recordFailure = new GovernanceLogException("[log] away", null);
        record.now = Instant.parse("2026-11-27T00:00:00Z");
        component.look();
        assertThat(mesh.open()).as("it may have been revoked meanwhile").isEmpty();

        mesh.recordFailure = null;
        component.look();

        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
    }

    @Test
    void aRecordThatWasNeverReadChangesNothing() {
        mesh.grants.add(grant("mesh.user.u-ada"));
        mesh.recordFailure = new GovernanceLogException("[log] away", null);

        component.look();

        assertThat(component.health()).isEqualTo(new Health(Health.State.HOLDING, "[log] away"));
        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
        assertThat(mesh.brings + mesh.narrows).isZero();
    }

    @Test
    void brokersThatRefuseAreTriedAgainUntilTheyDoNotAndSaidOnce() {
        record.live("a-1", 30);
        mesh.brokerFailure = new ProvisioningException("[brokers] away");
        component.look();
        component.look();
        assertThat(component.health()).isEqualTo(new Health(Health.State.HOLDING, "[brokers] away"));
        assertThat(value("mesh_governor_failures_total")).isEqualTo(2);
        assertThat(said()).containsExactly("grants cannot be brought to what agreements give cause=[brokers] away");

        mesh.brokerFailure = null;
        component.look();

        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
        assertThat(component.health().state()).isEqualTo(Health.State.RUNNING);
    }

    @Test
    void aGrantThatWasNotMadeIsOwedToTheNextLook() {
        record.live("a-1", 30);
        mesh.failed = List.of("+ grant: refused");
        component.look();
        assertThat(component.health()).isEqualTo(new Health(Health.State.HOLDING, "+ grant: refused"));

        mesh.failed = List.of();
        component.look();

        assertThat(mesh.brings).isEqualTo(2);
        assertThat(component.health().state()).isEqualTo(Health.State.RUNNING);
    }

    @Test
    void whatOneLeftUndoneBetweenRecordAndGrantsItsSuccessorDoes() {
        record.live("a-1", 30);
        component.look();
        record.submit("cem", new Action.Revoke("a-1", "no more"));
        mesh.isKilled = true;
        assertThatThrownBy(component::look).isInstanceOf(Killed.class);
        assertThat(mesh.open()).containsExactly("mesh.user.u-ada");
        mesh.isKilled = false;

        component().look();

        assertThat(mesh.open()).isEmpty();
    }

    @Test
    void whereAnEventIsMissingEverythingIsClosedAndSaid() {
        record.live("a-1", 30);
        component.look();
        record.live("a-2", 30);
        mesh.image = record.without(3);

        component.look();

        assertThat(mesh.open()).isEmpty();
        assertThat(component.health())
                .isEqualTo(new Health(Health.State.RUNNING, "nothing is live: event 3 is missing before offset 3"));
        assertThat(value("mesh_governor_gap")).isEqualTo(1);
    }

    @Test
    void brokenGlassOpensAtOnceIsSaidOnceAndClosesAtItsEnd() {
        Instant until = record.now.plusSeconds(600);
        record.submit(
                "ove", new Action.BreakGlass("g-1", RecordInMemory.CRATE, "a leak", until, Set.of("id", "label")));
        component.look();
        component.look();
        assertThat(mesh.open()).containsExactly("mesh.user.u-ove");
        assertThat(said())
                .containsExactly("glass was broken and must be reviewed agreement=g-1 product=yard.crate"
                        + " principal=mesh.user.u-ove until=2026-11-26T08:10:00Z");
        assertThat(value("mesh_governor_unreviewed")).isEqualTo(1);

        record.now = until;
        component.look();

        assertThat(mesh.open()).isEmpty();
        assertThat(value("mesh_governor_unreviewed"))
                .as("it must be reviewed all the same")
                .isEqualTo(1);
    }

    @Test
    void whatIsNoOutageEndsTheComponent() {
        mesh.recordFailure = new IllegalStateException("[kafka.principals] 'mesh.governor' must be listed but is not");

        component.start();

        await().until(() -> component.health().state() == Health.State.FAILED);
        assertThat(component.health().message()).contains("'mesh.governor' must be listed");
        await().until(() -> mesh.closed.get() == 1);
    }

    @Test
    void itGovernsFromItsStartToItsEndAndThenLetsGo() {
        record.live("a-1", 30);
        component.start();
        await().until(() -> component.health().state() == Health.State.RUNNING);

        component.close();
        component.close();

        assertThat(mesh.closed).hasValue(1);
        assertThat(component.health().state()).isEqualTo(Health.State.STOPPED);
        assertThat(component.details())
                .containsEntry("liveAgreements", 1)
                .containsEntry("nextChange", "2026-12-26T00:00:00Z");
    }

    private List<String> said() {
        return events.list.stream()
                .map(event -> event.getFormattedMessage() + " "
                        + event.getKeyValuePairs().stream()
                                .map(pair -> pair.key + "=" + pair.value)
                                .collect(Collectors.joining(" ")))
                .toList();
    }

    private double value(String name) {
        return component.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static Grant grant(String principal) {
        return new Grant(principal, Set.of(Grant.Operation.READ), Grant.Resource.TOPIC, TOPIC, Grant.Match.LITERAL);
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** The record of the test, and brokers in memory. */
    private final class FakeMesh implements GovernanceComponent.Mesh {
        private final Set<Grant> grants = new HashSet<>();
        private final AtomicInteger closed = new AtomicInteger();
        private volatile @Nullable RuntimeException recordFailure;
        private @Nullable RuntimeException brokerFailure;
        private @Nullable GovernanceImage image;
        private List<String> failed = List.of();
        private boolean isKilled;
        private int brings;
        private int narrows;

        /** Who may read the topic. */
        private Set<String> open() {
            return grants.stream()
                    .filter(grant -> grant.name().equals(TOPIC))
                    .map(Grant::principal)
                    .collect(Collectors.toSet());
        }

        @Override
        public GovernanceImage image() {
            RuntimeException failure = recordFailure;
            if (failure != null) {
                throw failure;
            }
            return image == null ? record.agreements.image() : image;
        }

        @Override
        public ProvisioningReport bring(DesiredState.Agreed agreed) {
            brings++;
            return carryOut(() -> {
                grants.clear();
                grants.addAll(agreed.grants());
            });
        }

        @Override
        public ProvisioningReport narrow(DesiredState.Agreed agreed) {
            narrows++;
            return carryOut(() -> grants.retainAll(agreed.grants()));
        }

        private ProvisioningReport carryOut(Runnable change) {
            if (isKilled) {
                throw new Killed();
            }
            if (brokerFailure != null) {
                throw brokerFailure;
            }
            if (failed.isEmpty()) {
                change.run();
            }
            return new ProvisioningReport(List.<Plan.Change>of(), List.of(), failed, List.of());
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
