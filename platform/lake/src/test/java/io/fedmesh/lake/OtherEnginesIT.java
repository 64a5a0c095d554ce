package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.FakeRegistry;
import io.fedmesh.lake.internal.LakeRig;
import io.fedmesh.testkit.Broker;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines that are not ours read what the sink wrote: Spark through the catalog, DuckDB the bare files. */
class OtherEnginesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The entities of each part that is published. */
    private static final int[] FROM = {0, 1_000, 1_500};

    private static final int[] TO = {3_000, 2_000, 2_500};
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");

    @TempDir
    static Path home;

    private static final LakeRig RIG = LakeRig.get();
    private static final FakeRegistry REGISTRY = new FakeRegistry();
    private static final Contract CONTRACT = EngineRows.contract("probe");
    private static final TreeMap<Long, String> EXPECTED = new TreeMap<>();
    private static final List<String> HISTORY = new ArrayList<>();
    private static LakeConfig encrypted;
    private static LakeConfig plain;

    @BeforeAll
    static void theSinkWritesInsertsUpdatesAndDeletes() throws Exception {
        encrypted = RIG.newLake();
        LakeConfig lake = RIG.newLake();
        plain = new LakeConfig(
                lake.catalogUri(),
                lake.user(),
                lake.password(),
                lake.warehouse(),
                lake.fileIo(),
                LakeConfig.Encryption.LEFT_TO_THE_BUCKET,
                lake.keys());
        try (Broker broker = Broker.start(home);
                Lakehouse one = Lakehouse.open(encrypted);
                Lakehouse other = Lakehouse.open(plain)) {
            KafkaConnection connection = broker.operator();
            Events.topics(connection, CONTRACT, 2);
            // The sinks of a product share its partitions, so each lake has its turn; several parts make several files,
            // with rows of the earlier ones replaced by later ones.
            long sent = 0;
            for (int part = 1; part <= 3; part++) {
                sent += publish(connection, FROM[part - 1], TO[part - 1], part);
                try (Sink sink = sink(connection, one, "encrypted")) {
                    Sinks.awaitCaptured(sink, sent);
                }
                try (Sink sink = sink(connection, other, "plain")) {
                    Sinks.awaitCaptured(sink, sent);
                }
            }
        }
    }

    @AfterAll
    static void forget() {
        EXPECTED.clear();
        HISTORY.clear();
    }

    @Test
    void sparkReadsEncryptedAndPlainTablesWithTheirDeletesAndMayNotWrite() throws Exception {
        String built = System.getProperty("fedmesh.spark");
        Assumptions.assumeTrue(built != null, "a build with -Dquick has no Spark");
        Path folder = Files.createDirectories(home.resolve("spark"));
        String rows = "select id, " + EngineRows.SPARK + " as row from ";
        question(folder, "encrypted-latest", rows + "encrypted.drilling.probe_latest");
        question(folder, "plain-latest", rows + "plain.drilling.probe_latest");
        question(folder, "encrypted-history", rows + "encrypted.drilling.probe_history where mesh_op <> 'd'");
        question(
                folder,
                "filtered",
                "select count(*) as n from encrypted.drilling.probe_latest where id between 1400 and 1599"
                        + " and colour = 'RED' and amount > 0");
        question(
                folder,
                "deletes",
                "select count(*) as n from encrypted.drilling.probe_latest.delete_files where file_format = 'PUFFIN'");
        question(folder, "write", "delete from encrypted.drilling.probe_latest where id = 1");
        question(folder, "drop", "drop table encrypted.drilling.probe_latest");

        ask(Path.of(built), folder);

        assertThat(byId(folder.resolve("encrypted-latest.json"))).isEqualTo(EXPECTED);
        assertThat(byId(folder.resolve("plain-latest.json"))).isEqualTo(EXPECTED);
        assertThat(rows(folder.resolve("encrypted-history.json"))).containsExactlyInAnyOrderElementsOf(HISTORY);
        assertThat(number(folder.resolve("filtered.json")))
                .isEqualTo(EXPECTED.subMap(1_400L, 1_600L).values().stream()
                        .filter(row -> row.contains("|RED|") && !row.split("\\|", -1)[9].startsWith("~"))
                        .count())
                .isPositive();
        assertThat(number(folder.resolve("deletes.json"))).isPositive();
        assertThat(folder.resolve("write.error")).content().contains("must be changed by the sink and by upkeep alone");
        assertThat(folder.resolve("drop.error")).content().contains("this catalog only reads");
    }

    @Test
    void duckdbReadsTheBareFilesOfATableWithoutEncryption() throws Exception {
        try (Lakehouse lakehouse = Lakehouse.open(plain);
                Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            statement.execute("set TimeZone='UTC'");
            Table history = lakehouse.catalog().loadTable(TableIdentifier.of("drilling", "probe_history"));
            List<String> rows = new ArrayList<>();
            try (ResultSet answer = statement.executeQuery("select " + EngineRows.DUCKDB + " from read_parquet(["
                    + files(history) + "]) where mesh_op <> 'd'")) {
                while (answer.next()) {
                    rows.add(answer.getString(1));
                }
            }
            assertThat(rows).containsExactlyInAnyOrderElementsOf(HISTORY);
        }
    }

    private static String files(Table table) throws IOException {
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            List<String> files = new ArrayList<>();
            for (FileScanTask task : tasks) {
                String inBucket = task.file().location().substring(("s3://" + RIG.bucket() + "/").length());
                files.add("'" + RIG.bucketFolder().resolve(inBucket) + "'");
            }
            assertThat(files).hasSizeGreaterThan(1);
            return String.join(", ", files);
        }
    }

    private static void ask(Path built, Path folder) throws Exception {
        Properties properties = new Properties();
        catalog(properties, "encrypted", encrypted);
        catalog(properties, "plain", plain);
        Path configuration = Files.createFile(home.resolve("spark.properties"));
        try (Writer writer = Files.newBufferedWriter(configuration)) {
            properties.store(writer, null);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Duser.timezone=UTC"));
        OPENED.forEach(name -> command.addAll(List.of("--add-opens", "java.base/" + name + "=ALL-UNNAMED")));
        command.addAll(List.of(
                "-cp",
                built.resolve("classes") + ":"
                        + Files.readString(built.resolve("spark.classpath")).strip() + ":" + catalogClassPath(),
                "io.fedmesh.spark.SparkAnswers",
                configuration.toString(),
                folder.toString()));
        Path log = home.resolve("spark.log");
        Process spark = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(spark.waitFor(3, TimeUnit.MINUTES)).as("Spark ends").isTrue();
            assertThat(spark.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            spark.destroyForcibly();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path error : files.filter(f -> f.toString().endsWith(".error")).toList()) {
                assertThat(error.getFileName().toString())
                        .as(Files.readString(error))
                        .isIn("write.error", "drop.error");
            }
        }
    }

    /** A user who may only read the catalog's database. */
    private static void catalog(Properties properties, String name, LakeConfig lake) throws Exception {
        String user = "engine_" + name;
        String password = Long.toHexString(new SecureRandom().nextLong());
        try (Connection connection = DriverManager.getConnection(lake.catalogUri(), lake.user(), lake.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create role " + user + " login password '" + password + "'");
            statement.execute("grant usage on schema public to " + user);
            statement.execute("grant select on all tables in schema public to " + user);
        }
        String prefix = "spark.sql.catalog." + name;
        properties.put(prefix, "org.apache.iceberg.spark.SparkCatalog");
        properties.put(prefix + ".catalog-impl", EngineCatalog.class.getName());
        properties.put(prefix + ".uri", lake.catalogUri());
        properties.put(prefix + ".jdbc.user", user);
        properties.put(prefix + ".jdbc.password", password);
        properties.put(prefix + ".warehouse", lake.warehouse());
        lake.fileIo().forEach((property, value) -> properties.put(prefix + "." + property, value));
        if (lake.encryption() == LakeConfig.Encryption.LEFT_TO_THE_BUCKET) {
            properties.put(prefix + "." + EngineCatalog.ENCRYPTION, "left-to-the-bucket");
        }
        properties.put(prefix + ".encryption.kms-impl", KeyringKeys.class.getName());
        properties.put(prefix + ".keyring", RIG.home().toString());
    }

    /** Of our own class path what the catalog needs, and nothing that Spark's Iceberg brings itself. */
    private static String catalogClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .filter(entry -> entry.endsWith("classes")
                        || entry.contains("/fedmesh-")
                        || entry.contains("/software/amazon/")
                        || entry.contains("/org/apache/httpcomponents/")
                        || entry.contains("/org/reactivestreams/")
                        || entry.contains("/org/postgresql/")
                        || entry.contains("/jspecify/"))
                .collect(Collectors.joining(":"));
    }

    private static void question(Path folder, String name, String sql) throws IOException {
        Files.writeString(folder.resolve(name + ".sql"), sql);
    }

    private static List<String> rows(Path answer) throws IOException {
        List<String> rows = new ArrayList<>();
        for (String line : Files.readAllLines(answer)) {
            rows.add(JSON.readTree(line).path("row").asText());
        }
        return rows;
    }

    private static Map<Long, String> byId(Path answer) throws IOException {
        Map<Long, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(answer)) {
            JsonNode row = JSON.readTree(line);
            assertThat(rows.put(row.path("id").asLong(), row.path("row").asText()))
                    .isNull();
        }
        return rows;
    }

    private static long number(Path answer) throws IOException {
        return JSON.readTree(Files.readString(answer)).path("n").asLong(-1);
    }

    private static Sink sink(KafkaConnection connection, Lakehouse lakehouse, String name) {
        return Sinks.start(
                lakehouse,
                new SinkConfig(
                        connection, List.of(CONTRACT), home.resolve(name), Duration.ofMillis(300), 1_000, 16 << 20, 2),
                REGISTRY);
    }

    /** A revision of these entities, every ninth of which is deleted instead. */
    private static long publish(KafkaConnection connection, long from, long to, int revision) {
        EventCodec codec = new EventCodec(CONTRACT, REGISTRY);
        Map<String, Object> properties = connection.properties("test");
        properties.put("transactional.id", "probe");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (long id = from; id < to; id++) {
                boolean gone = revision > 1 && (id + revision) % 9 == 0;
                GenericRecord entity = EngineRows.entity(id, revision);
                if (gone) {
                    EXPECTED.remove(id);
                } else {
                    EXPECTED.put(id, EngineRows.text(entity));
                    HISTORY.add(EngineRows.text(entity));
                }
                Future<?> unused = producer.send(Events.record(
                        CONTRACT,
                        (int) (id % 2),
                        Long.toString(id).getBytes(StandardCharsets.UTF_8),
                        gone ? null : codec.encode(entity),
                        new Version(revision, id + 1, 0)));
            }
            producer.commitTransaction();
        }
        return to - from;
    }
}
