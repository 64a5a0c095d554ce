package io.fedmesh.wire;

import java.util.HashMap;
import java.util.Map;

/**
 * How one principal reaches the brokers.
 *
 * @param bootstrap {@code host:port} list
 * @param security the client properties of its security: protocol, SASL, trust store; holds secrets, so
 *     {@link #toString()} does not show it
 */
public record KafkaConnection(String bootstrap, Map<String, String> security) {
    public KafkaConnection {
        security = Map.copyOf(security);
    }

    /** A new mutable map of client properties: bootstrap, client.id and security. */
    public Map<String, Object> properties(String clientId) {
        Map<String, Object> properties = new HashMap<>(security);
        properties.put("bootstrap.servers", bootstrap);
        properties.put("client.id", clientId);
        return properties;
    }

    @Override
    public String toString() {
        return "KafkaConnection[bootstrap=" + bootstrap + ", security=***]";
    }
}
