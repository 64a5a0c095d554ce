package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The broker's child process: formats the log folder at first start, runs broker and controller in one, and writes the
 * ready file once clients are served.
 *
 * <p>Arguments: properties file, operator's name, file of the operator's password, ready file.
 */
public final class KafkaMain {
    private KafkaMain() {}

    /** Entry of the child JVM. */
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        Path ready = Path.of(arguments[3]);
        KafkaConfig config = new KafkaConfig(properties);
        format(config, properties, arguments[1], Path.of(arguments[2]));
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-shutdown"));
        server.startup();
        Files.writeString(ready, "ready");
        server.awaitShutdown();
    }

    /** A format that was cut off leaves no marker: its folder holds nothing of worth yet and is made anew. */
    private static void format(KafkaConfig config, Properties properties, String operator, Path passwordFile)
            throws Exception {
        Path data = Path.of(config.metadataLogDir());
        Path marker = data.resolveSibling("formatted");
        if (Files.exists(marker) || ranBefore(data)) {
            return;
        }
        Folders.delete(data);
        Files.createDirectories(data);
        String password =
                Files.readString(passwordFile, StandardCharsets.US_ASCII).strip();
        // Nothing of it is printed: it would show the hash of the password.
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName(config.controllerListenerNames().get(0))
                .setMetadataLogDirectory(config.metadataLogDir())
                .addDirectory(data.toString())
                .setScramArguments(List.of("SCRAM-SHA-512=[name=" + operator + ",password=" + password + "]"))
                .run();
        Files.writeString(marker, "");
    }

    private static boolean ranBefore(Path data) throws IOException {
        Path metadata = data.resolve("__cluster_metadata-0");
        if (!Files.isDirectory(metadata)) {
            return false;
        }
        try (Stream<Path> files = Files.list(metadata)) {
            return files.anyMatch(file -> file.toString().endsWith(".log"));
        }
    }
}
