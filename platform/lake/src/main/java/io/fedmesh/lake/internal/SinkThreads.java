package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.SinkConfig;
import io.fedmesh.lake.SinkStatus;
import io.fedmesh.wire.SchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a sink: one a product, and one producer of rejected records for all. */
public final class SinkThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkThreads.class);
    private static final Duration MAX_CLOSE = Duration.ofMinutes(1);
    private static final String CLIENT = Names.consumerGroup("mesh", "sink");
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    /** How long a process that died may take to come back to its partitions; others take them over then. */
    private static final Duration SESSION = Duration.ofSeconds(10);
    /** Few enough that a poll's records, headers and all, are still in the processor's cache when they are read. */
    private static final int MAX_POLL_RECORDS = 200;

    /** How long an index may take to be rebuilt. */
    private static final Duration MAX_TURN = Duration.ofMinutes(15);
    /** Of a record that is refused: it may be as large as any on the topics. */
    private static final int MAX_REQUEST_BYTES = 32 << 20;

    private final List<ProductSink> sinks;
    private final List<Thread> threads;
    private final Producer<byte[], byte[]> producer;
    private final IndexMemory memory;
    private final Auditor auditor;

    private SinkThreads(
            List<ProductSink> sinks,
            List<Thread> threads,
            Producer<byte[], byte[]> producer,
            IndexMemory memory,
            Auditor auditor) {
        this.sinks = sinks;
        this.threads = threads;
        this.producer = producer;
        this.memory = memory;
        this.auditor = auditor;
    }

    /** Starts them all. */
    public static SinkThreads start(
            EncryptedCatalog catalog, SinkConfig config, SchemaRegistry registry, Clock clock, SecureRandom random) {
        String instance = instance(config.indexFolder(), random);
        Producer<byte[], byte[]> producer = producer(config);
        Semaphore commits = new Semaphore(config.commitThreads(), true);
        CommitIds commitIds = new CommitIds(clock, random);
        IndexMemory memory = new IndexMemory();
        SinkCore.Limits limits =
                new SinkCore.Limits(config.commitInterval(), config.maxRowsPerCommit(), config.maxBytesPerCommit());
        Auditor auditor = auditor(catalog, config, clock, random);
        List<ProductSink> sinks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Contract contract : config.products()) {
            String name = contract.name().toString();
            ProductSink sink = new ProductSink(
                    contract,
                    () -> core(catalog, config, contract, limits, clock, commitIds, memory, random),
                    () -> consumer(config, contract.name(), instance),
                    () -> new Decoder(contract, registry),
                    new Rejects(producer, contract),
                    commits,
                    () -> auditor.committed(contract.name()),
                    clock,
                    random);
            Thread thread = new Thread(sink, "sink-" + name);
            thread.setUncaughtExceptionHandler((t, e) ->
                    LOG.atError().addKeyValue("product", name).setCause(e).log("a sink thread died"));
            sinks.add(sink);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        auditor.start();
        return new SinkThreads(sinks, threads, producer, memory, auditor);
    }

    private static Auditor auditor(EncryptedCatalog catalog, SinkConfig config, Clock clock, SecureRandom random) {
        Map<ProductName, Audit> audits = new HashMap<>();
        for (Contract contract : config.products()) {
            if (contract.quality().isAudited()) {
                audits.put(
                        contract.name(),
                        new Audit(
                                contract.quality(),
                                () -> catalog.loadTable(ProductTables.identifier(contract.name(), false)),
                                () -> catalog.loadTable(ProductTables.identifier(contract.name(), true)),
                                random));
            }
        }
        return new Auditor(audits, clock);
    }

    private static SinkCore core(
            EncryptedCatalog catalog,
            SinkConfig config,
            Contract contract,
            SinkCore.Limits limits,
            Clock clock,
            CommitIds commitIds,
            IndexMemory memory,
            SecureRandom random) {
        String name = contract.name().toString();
        ProductTables tables = new ProductTables(catalog);
        tables.ensure(contract, false);
        IcebergTablePort history = new IcebergTablePort(catalog, contract, false);
        if (config.historyOnly().contains(contract.name())) {
            return SinkCore.ofHistory(name, history, limits, clock, commitIds);
        }
        tables.ensure(contract, true);
        return new SinkCore(
                name,
                history,
                new IcebergLatestPort(catalog, contract),
                partition -> new RocksKeyIndex(
                        config.indexFolder().resolve(name).resolve(Integer.toString(partition)), memory, random),
                limits,
                clock,
                commitIds);
    }

    /** In the order of the configuration. */
    public List<SinkStatus> status() {
        return sinks.stream()
                .map(sink -> sink.status(auditor.status(sink.product())))
                .toList();
    }

    @Override
    public void close() {
        sinks.forEach(ProductSink::stop);
        long deadline = System.nanoTime() + MAX_CLOSE.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(
                        1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
                if (thread.isAlive()) {
                    LOG.atWarn().addKeyValue("thread", thread.getName()).log("a sink thread did not end in time");
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            threads.forEach(Thread::interrupt);
        }
        auditor.close();
        producer.close(Duration.ofSeconds(10));
        memory.close();
    }

    private static Producer<byte[], byte[]> producer(SinkConfig config) {
        Map<String, Object> properties = config.kafka().properties(CLIENT + "-rejected");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * The id by which the consumer groups know this process again. It is kept with the indexes, because it is they that
     * make it worth while to come back to the same partitions.
     */
    private static String instance(Path folder, SecureRandom random) {
        Path file = folder.resolve("instance");
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) {
                byte[] id = new byte[16];
                random.nextBytes(id);
                Path draft = folder.resolve("instance.draft");
                Files.writeString(draft, HexFormat.of().formatHex(id));
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "[" + folder + "] the sink's folder must be writable but was not; is the disk full?", e);
        }
    }

    private static Consumer<byte[], byte[]> consumer(SinkConfig config, ProductName product, String instance) {
        Map<String, Object> properties = config.kafka().properties(CLIENT + "-" + product);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, Names.sinkGroup(product));
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) HEARTBEAT.toMillis());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION.toMillis());
        properties.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) MAX_TURN.toMillis());
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
