package io.fedmesh.app.internal.localmesh;

import io.fedmesh.contract.Names;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.local.LocalUsers;
import io.fedmesh.wire.TypedTopic;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What consumers of the local mesh connect with: a user for each person and for each team, who may do nothing until an
 * agreement is live, and a properties file for any Kafka client.
 */
final class ConsumerFiles {
    private final MeshHome home;
    private final LocalUsers users;
    private final String bootstrap;
    private final String registry;

    /**
     * @param bootstrap the brokers' address
     * @param registry its address
     */
    ConsumerFiles(MeshHome home, LocalUsers users, String bootstrap, String registry) {
        this.home = home;
        this.users = users;
        this.bootstrap = bootstrap;
        this.registry = registry;
    }

    /** Who reads by agreement, if ever: every person and every team. */
    static Set<String> principals(Directory directory) {
        Set<String> principals = new TreeSet<>();
        directory.people().keySet().forEach(subject -> principals.add(Names.userPrincipal(subject)));
        directory.domains().keySet().forEach(domain -> principals.add(Names.teamPrincipal(domain)));
        return principals;
    }

    /** Makes a user if it is missing, and writes its file. */
    void make(String principal) {
        users.add(principal);
        home.write(home.consumer(principal), text(principal, bootstrap, registry, users.security(principal)));
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
