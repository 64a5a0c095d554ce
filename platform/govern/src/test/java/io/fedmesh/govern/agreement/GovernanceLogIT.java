package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflow on a real topic: two writers at once, a process that takes over, and a topic that lost its beginning. */
class GovernanceLogIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

    @TempDir
    Path home;

    @Test
    void twoWritersAgreeAndALostBeginningIsRefused() throws Exception {
        try (LocalKafka kafka = LocalKafka.start(home);
                Admin admin = Admin.create(connection(kafka).properties("operator"))) {
            DesiredState.Topic topic = KafkaGovernanceLog.topic(new ProvisioningSettings((short) 1, 1));
            admin.createTopics(List.of(new NewTopic(topic.name(), topic.partitions(), topic.replicationFactor())
                            .configs(topic.configs())))
                    .all()
                    .get();
            try (KafkaGovernanceLog one = new KafkaGovernanceLog(connection(kafka), TIMEOUT);
                    KafkaGovernanceLog two = new KafkaGovernanceLog(connection(kafka), TIMEOUT)) {
                Agreements first = new Agreements(one, () -> NOW);
                Agreements second = new Agreements(two, () -> NOW);
                first.submit(new Command("people", "ove", new Action.Install(People.directory())));

                race(List.of(first, second));

                assertThat(first.image().agreements()).hasSize(40);
                assertThat(second.image().head()).isEqualTo(first.image().head());
                assertThat(first.image().sequence()).isEqualTo(41);
            }
            admin.deleteRecords(
                            Map.of(new TopicPartition(KafkaGovernanceLog.TOPIC, 0), RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
            try (KafkaGovernanceLog late = new KafkaGovernanceLog(connection(kafka), TIMEOUT)) {
                assertThatThrownBy(() -> new Agreements(late, () -> NOW).image())
                        .isInstanceOf(GovernanceLogException.class)
                        .hasMessage("[log] it must be readable from offset 0 but was not");
            }
        }
    }

    private static void race(List<Agreements> writers) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(writers.size());
        List<Future<?>> done = new ArrayList<>();
        for (int w = 0; w < writers.size(); w++) {
            int writer = w;
            done.add(threads.submit(() -> {
                for (int i = 0; i < 20; i++) {
                    String id = "a-" + writer + "-" + i;
                    writers.get(writer)
                            .submit(new Command(
                                    "ask-" + id,
                                    "ada",
                                    new Action.Ask(id, People.CRATE, new Consumer.User("u-ada"), People.terms("id"))));
                }
                return null;
            }));
        }
        for (Future<?> one : done) {
            one.get(120, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    private static KafkaConnection connection(LocalKafka kafka) {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(kafka.operator()));
    }
}
