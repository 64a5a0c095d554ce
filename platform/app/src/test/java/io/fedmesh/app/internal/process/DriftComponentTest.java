package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fedmesh.govern.Plan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DriftComponentTest {
    private static final Plan.Change CHANGE =
            new Plan.Change(Plan.Thing.TOPIC, "t", "retention.ms", Plan.Action.CHANGE, "6", "5");

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(DriftComponent.class);
    private final FakePlans plans = new FakePlans();
    private final DriftComponent component = new DriftComponent(plans, Duration.ofHours(1));

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
    void aDifferenceIsSaidOnceWhenItComesAndOnceWhenItGoes() throws Exception {
        plans.next = difference(List.of(CHANGE), List.of("a stray"));
        component.look();
        component.look();
        assertThat(said())
                .containsExactly(
                        "drift begins action=CHANGE thing=topic name=t attribute=retention.ms from=6 to=5",
                        "drift begins finding=a stray");
        assertThat(value("mesh_drift_strays")).isEqualTo(1);
        assertThat(metric("mesh_drift_changes", "topic")).isEqualTo(1);
        assertThat(metric("mesh_drift_changes", "grant")).isZero();
        events.list.clear();

        plans.next = difference(List.of(), List.of());
        component.look();

        assertThat(said())
                .containsExactly(
                        "drift ends action=CHANGE thing=topic name=t attribute=retention.ms from=6 to=5",
                        "drift ends finding=a stray");
        assertThat(metric("mesh_drift_changes", "topic")).isZero();
        assertThat(value("mesh_drift_looks_total")).isEqualTo(3);
    }

    @Test
    void anOutageHoldsAndWhatWasKnownStaysKnown() throws Exception {
        plans.next = difference(List.of(CHANGE), List.of());
        component.look();
        plans.failure = new IllegalArgumentException("away");
        component.look();

        assertThat(component.health()).isEqualTo(new Health(Health.State.HOLDING, "away"));
        assertThat(value("mesh_drift_failures_total")).isEqualTo(1);
        assertThat(metric("mesh_drift_changes", "topic")).isEqualTo(1);
        events.list.clear();

        plans.failure = null;
        component.look();

        assertThat(component.health().state()).isEqualTo(Health.State.RUNNING);
        assertThat(said()).as("it is the same drift").isEmpty();
    }

    @Test
    void itLooksFromItsStartToItsEndAndThenLetsGo() {
        plans.next = difference(List.of(), List.of());
        component.start();
        await().until(() -> component.health().state() == Health.State.RUNNING);

        component.close();
        component.close();

        assertThat(plans.closed).hasValue(1);
        assertThat(component.health().state()).isEqualTo(Health.State.STOPPED);
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

    private double metric(String name, String thing) {
        return component.metrics().stream()
                .filter(metric -> metric.name().equals(name)
                        && thing.equals(metric.labels().get("thing")))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static Plan difference(List<Plan.Change> changes, List<String> strays) {
        return new Plan("0a".repeat(32), changes, List.of(), strays, List.of());
    }

    private static final class FakePlans implements DriftComponent.Plans {
        private volatile Plan next = difference(List.of(), List.of());
        private volatile @org.jspecify.annotations.Nullable RuntimeException failure;
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public Plan plan() {
            RuntimeException thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
            return next;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
