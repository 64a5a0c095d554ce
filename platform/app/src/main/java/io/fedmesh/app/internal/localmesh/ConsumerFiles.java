package io.fedmesh.app.internal.localmesh;

import io.fedmesh.contract.Names;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.TypedTopic;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What consumers of the local mesh connect with: a user for each person and for each team, who may do nothing until an
 * agreement is live, and a properties file for any Kafka client.
 */
final class ConsumerFiles {
    private final MeshHome home;
    private final LocalKafka kafka;
    private final String registry;

    /** @param registry its address */
    ConsumerFiles(MeshHome home, LocalKafka kafka, String registry) {
        this.home = home;
        this.kafka = kafka;
        this.registry = registry;
    }

    /** Makes the users that are missing and writes every file. */
    void make(Directory directory) {
        TreeSet<String> principals = new TreeSet<>();
        directory.people().keySet().forEach(subject -> principals.add(Names.userPrincipal(subject)));
        directory.domains().keySet().forEach(domain -> principals.add(Names.teamPrincipal(domain)));
        for (String principal : principals) {
            kafka.addPrincipal(principal);
            home.write(
                    home.consumer(principal), text(principal, kafka.bootstrap(), registry, kafka.security(principal)));
        }
    }

    /** As {@link java.util.Properties} reads it, in order and without a date. */
    static String text(String principal, String bootstrap, String registry, Map<String, String> security) {
        Map<String, String> properties = new TreeMap<>(security);
        properties.put("bootstrap.servers", bootstrap);
        properties.put(TypedTopic.REGISTRY_URL, registry);
        // The one group that agreements open for the principal.
        properties.put("group.id", principal);
        properties.put("isolation.level", "read_committed");
        properties.put("auto.offset.reset", "earliest");
        StringBuilder text =
                new StringBuilder("# For a Kafka client of ").append(principal).append("; holds its password.\n");
        properties.forEach((name, value) ->
                text.append(name).append('=').append(escaped(value)).append('\n'));
        return text.toString();
    }

    private static String escaped(String value) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> escaped.append(i == 0 && c == ' ' ? "\\ " : String.valueOf(c));
            }
        }
        return escaped.toString();
    }
}
