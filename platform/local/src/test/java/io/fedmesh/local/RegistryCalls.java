package io.fedmesh.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls of the registry's API. */
final class RegistryCalls {
    private RegistryCalls() {}

    /** Registers a record of one field; the answer's body holds the id. */
    static String register(URI registry, String subject) throws IOException, InterruptedException {
        return register(registry, subject, "id").body();
    }

    static HttpResponse<String> register(URI registry, String subject, String field)
            throws IOException, InterruptedException {
        String schema = "{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":[{\\\"name\\\":\\\"" + field
                + "\\\",\\\"type\\\":\\\"int\\\"}]}";
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(registry + "/subjects/" + subject + "/versions"))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":\"" + schema + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
