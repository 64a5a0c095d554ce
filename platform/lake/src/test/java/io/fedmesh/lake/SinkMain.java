package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.FakeRegistry;
import io.fedmesh.lake.internal.Samples;
import io.fedmesh.local.LocalKeyring;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A process with a sink of one sample product, until its standard input ends: {@code SinkMain <properties> <folder>}. */
final class SinkMain {
    private SinkMain() {}

    public static void main(String[] args) throws IOException {
        Properties given = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
            given.load(reader);
        }
        LocalKeyring keyring = LocalKeyring.open(Path.of(given.getProperty("home")));
        LakeConfig lake = new LakeConfig(
                given.getProperty("catalog"),
                given.getProperty("user"),
                given.getProperty("password"),
                given.getProperty("warehouse"),
                below(given, "io."),
                new LocalKeyManagement(keyring::key, new SecureRandom()));
        Contract contract = Samples.contract(given.getProperty("product"));
        FakeRegistry registry = new FakeRegistry();
        registry.register(contract.topic().subject(), contract.schema());
        SinkConfig config = new SinkConfig(
                new KafkaConnection(given.getProperty("bootstrap"), below(given, "kafka.")),
                List.of(contract),
                Path.of(args[1]),
                Duration.ofMillis(200),
                200_000,
                16 << 20,
                1);
        try (Lakehouse lakehouse = Lakehouse.open(lake);
                Sink sink = Sinks.start(lakehouse, config, registry)) {
            while (System.in.read() >= 0) {
                System.out.println(sink.status());
            }
        }
    }

    /** What {@link #main} reads. */
    static void write(Path file, Path home, KafkaConnection kafka, LakeConfig lake, String product) throws IOException {
        Properties given = new Properties();
        given.setProperty("home", home.toString());
        given.setProperty("catalog", lake.catalogUri());
        given.setProperty("user", lake.user());
        given.setProperty("password", lake.password());
        given.setProperty("warehouse", lake.warehouse());
        given.setProperty("bootstrap", kafka.bootstrap());
        given.setProperty("product", product);
        lake.fileIo().forEach((name, value) -> given.setProperty("io." + name, value));
        kafka.security().forEach((name, value) -> given.setProperty("kafka." + name, value));
        try (var writer = Files.newBufferedWriter(file)) {
            given.store(writer, null);
        }
    }

    private static Map<String, String> below(Properties given, String prefix) {
        Map<String, String> properties = new HashMap<>();
        given.stringPropertyNames().stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> properties.put(name.substring(prefix.length()), given.getProperty(name)));
        return properties;
    }
}
