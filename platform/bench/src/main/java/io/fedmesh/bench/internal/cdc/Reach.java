package io.fedmesh.bench.internal.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** How a child reaches the parts; read from a file that the owner alone can read. */
record Reach(int postgresPort, String password, KafkaConnection kafka) {
    static Reach read(Path file) throws IOException {
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        Map<String, String> security = new HashMap<>();
        json.required("security")
                .fields()
                .forEachRemaining(e -> security.put(e.getKey(), e.getValue().asText()));
        return new Reach(
                json.required("postgresPort").asInt(),
                json.required("password").asText(),
                new KafkaConnection(json.required("bootstrap").asText(), security));
    }

    @Override
    public String toString() {
        return "Reach[" + postgresPort + ", password=***]";
    }
}
