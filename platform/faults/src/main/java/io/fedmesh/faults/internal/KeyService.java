package io.fedmesh.faults.internal;

import java.util.List;
import java.util.Map;

/** Where the SDK's clients of this JVM, and of those that it starts, find the key service: by the SDK's own properties. */
final class KeyService {
    private static final String ENDPOINT = "aws.endpointUrlKms";
    private static final Map<String, String> CREDENTIALS =
            Map.of("aws.accessKeyId", "campaign", "aws.secretAccessKey", "campaign");

    private KeyService() {}

    static void use(String endpoint) {
        System.setProperty(ENDPOINT, endpoint);
        CREDENTIALS.forEach(System::setProperty);
    }

    static void forget() {
        names().forEach(System::clearProperty);
    }

    /** Names of the properties, to hand down. */
    static List<String> names() {
        return List.of(ENDPOINT, "aws.accessKeyId", "aws.secretAccessKey");
    }
}
