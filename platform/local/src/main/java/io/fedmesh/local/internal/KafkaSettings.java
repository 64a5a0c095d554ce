package io.fedmesh.local.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The broker's settings: one node, closed by default, small buffers, quick to come back after {@code kill -9}. */
public final class KafkaSettings {
    /** Largest record batch in bytes. */
    public static final int MAX_MESSAGE_BYTES = 16 << 20;

    private KafkaSettings() {}

    /**
     * All settings of a broker on these loopback ports; holds no secret.
     *
     * @param advertisedPort where clients are told to come to
     */
    public static Map<String, String> of(
            int clientPort,
            int advertisedPort,
            int brokerPort,
            int controllerPort,
            Path data,
            Certificates certificates,
            String operator) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("log.dirs", data.toString());

        settings.put(
                "listeners",
                "CLIENT://127.0.0.1:" + clientPort + ",BROKER://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:"
                        + controllerPort);
        settings.put(
                "advertised.listeners", "CLIENT://127.0.0.1:" + advertisedPort + ",BROKER://127.0.0.1:" + brokerPort);
        settings.put("listener.security.protocol.map", "CLIENT:SASL_SSL,BROKER:SSL,CONTROLLER:SSL");
        settings.put("inter.broker.listener.name", "BROKER");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listener.name.broker.ssl.client.auth", "required");
        settings.put("listener.name.controller.ssl.client.auth", "required");
        settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put(
                "listener.name.client.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");

        settings.put("ssl.protocol", "TLSv1.3");
        settings.put("ssl.enabled.protocols", "TLSv1.3");
        settings.put("ssl.endpoint.identification.algorithm", "https");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.location", certificates.broker().toString());
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", certificates.trust().toString());

        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("allow.everyone.if.no.acl.found", "false");
        settings.put("super.users", "User:" + operator + ";User:" + Certificates.BROKER_NAME);

        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.put(topic + ".replication.factor", "1");
            settings.put(topic + ".num.partitions", "4");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("num.partitions", "1");
        settings.put("auto.create.topics.enable", "false");
        settings.put("delete.topic.enable", "true");
        settings.put("transaction.max.timeout.ms", "900000");

        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.streams.initial.rebalance.delay.ms", "0");
        // A registration waits until the session of a killed predecessor ends; long enough for a starved machine.
        settings.put("broker.session.timeout.ms", "4000");
        settings.put("broker.heartbeat.interval.ms", "400");

        settings.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        settings.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        settings.put("max.connections", "2000");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("num.recovery.threads.per.data.dir", "2");
        settings.put("log.cleaner.threads", "1");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        settings.put("log.segment.bytes", Integer.toString(256 << 20));
        settings.put("log.index.size.max.bytes", Integer.toString(2 << 20));
        settings.put("log.retention.hours", "168");
        return settings;
    }
}
