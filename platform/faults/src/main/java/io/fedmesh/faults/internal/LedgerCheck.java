package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.faults.internal.Alignment.Headed;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.testkit.ledger.Finding;
import io.fedmesh.testkit.ledger.Ledger;
import io.fedmesh.testkit.ledger.Ledger.Event;
import io.fedmesh.testkit.ledger.Ledger.Fate;
import io.fedmesh.testkit.ledger.Ledger.Nature;
import io.fedmesh.testkit.ledger.Ledger.Told;
import io.fedmesh.testkit.ledger.LedgerOracle;
import io.fedmesh.wire.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Reads the ledger of every product out of the source's own log, the topics and the tables of a mesh at rest, and lets the
 * oracle judge it. A captured product is held against the oplog, a derived one against its topic (whether the topic is
 * right, {@code reconcile} says by SQL).
 */
final class LedgerCheck {
    private static final int THREADS = 2;

    private final Contracts contracts;
    private final Lakehouse lakehouse;
    private final TokenKeys tokenKeys;
    private final TopicReader topics;
    private final Seen seen;
    private final Consumer<String> findings;
    private long changes;
    private long events;
    private final AtomicLong files = new AtomicLong();

    /**
     * What there is of a product beside its tables.
     *
     * @param oplog empty of a derived product
     * @param snapshots positions of all snapshots of where it comes from
     */
    private record Topic(
            List<Headed> records, List<Ledger.Rejected> rejected, List<Oplog.Change> oplog, Set<Long> snapshots) {}

    private record Tables(
            List<Ledger.Row> history,
            List<Ledger.Snapshot> historySnapshots,
            List<Ledger.Current> latest,
            List<Ledger.Snapshot> latestSnapshots) {}

    /**
     * @param tokenKeys those of the sink
     * @param seen what earlier schedules of the same mesh have read
     * @param findings told what is wrong, by one thread at a time
     */
    LedgerCheck(
            Contracts contracts,
            Lakehouse lakehouse,
            TokenKeys tokenKeys,
            TopicReader topics,
            Seen seen,
            Consumer<String> findings) {
        this.contracts = contracts;
        this.lakehouse = lakehouse;
        this.tokenKeys = tokenKeys;
        this.topics = topics;
        this.seen = seen;
        this.findings = finding -> {
            synchronized (this) {
                findings.accept(finding);
            }
        };
    }

    /** @param source the database with the oplog */
    void run(Connection source) throws SQLException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            // Tables are read while this thread reads the topics and the oplog.
            Map<Contract, Future<Tables>> tables = new LinkedHashMap<>();
            Map<Contract, RowText> texts = new LinkedHashMap<>();
            for (Contract contract : contracts.products()) {
                List<String> jsonFields =
                        contract.origin() instanceof Contract.Captured ? Oplog.jsonFields(source, contract) : List.of();
                texts.put(contract, text(contract, jsonFields));
                tables.put(contract, threads.submit(() -> tables(contract, text(contract, jsonFields))));
            }
            List<Future<?>> judgements = new ArrayList<>();
            for (Map.Entry<Contract, Topic> read : topics(source, texts).entrySet()) {
                Future<Tables> its = Objects.requireNonNull(tables.get(read.getKey()));
                judgements.add(threads.submit(() -> {
                    judge(read.getKey(), read.getValue(), its.get());
                    return null;
                }));
            }
            for (Future<?> judgement : judgements) {
                judgement.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("[faults] the ledger must be readable but was not", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[faults] the ledger must be judged to its end but was interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private RowText text(Contract contract, List<String> jsonFields) {
        return new RowText(contract.schema(), jsonFields, TokenText.of(contract, tokenKeys));
    }

    private Map<Contract, Topic> topics(Connection source, Map<Contract, RowText> texts) throws SQLException {
        Map<String, Set<Long>> snapshots = new HashMap<>();
        Map<Contract, List<Headed>> records = new LinkedHashMap<>();
        texts.forEach((contract, rows) -> {
            List<Headed> read = topics.events(contract, rows, seen.of(contract));
            events += read.size();
            records.put(contract, read);
            snapshots.computeIfAbsent(from(contract), name -> new TreeSet<>()).addAll(Alignment.snapshots(read));
        });
        Map<Contract, Topic> read = new LinkedHashMap<>();
        for (Map.Entry<Contract, List<Headed>> of : records.entrySet()) {
            Contract contract = of.getKey();
            List<Oplog.Change> oplog = List.of();
            if (contract.origin() instanceof Contract.Captured) {
                oplog = Oplog.read(source, contract, Objects.requireNonNull(texts.get(contract)), seen.of(contract));
                changes += oplog.size();
            }
            read.put(
                    contract,
                    new Topic(
                            of.getValue(),
                            topics.rejected(contract),
                            oplog,
                            snapshots.getOrDefault(from(contract), Set.of())));
        }
        return read;
    }

    /** Names what has snapshots of its own. */
    private static String from(Contract contract) {
        return contract.origin() instanceof Contract.Captured captured
                ? contract.name().domain() + "." + captured.source()
                : contract.name().toString();
    }

    private static List<Told> asTold(List<Event> topic) {
        return topic.stream()
                .filter(event -> event.key() != null && event.version() != null && event.nature() == Nature.STATE)
                .map(event -> new Told(
                        Objects.requireNonNull(event.key()),
                        event.state(),
                        Objects.requireNonNull(event.version()),
                        false,
                        Fate.PUBLISHED))
                .toList();
    }

    private Tables tables(Contract contract, RowText rows) {
        TableFacts historyFacts = facts(contract.name(), contract.name().historyTable());
        List<Ledger.Row> history = historyFacts.rows(
                seen,
                (row, file) -> new Ledger.Row(
                        String.valueOf(row.getField("mesh_key")),
                        "d".equals(row.getField("mesh_op"))
                                ? null
                                : rows.ofTable(field -> TableFacts.value(row, field)),
                        Version.parse(String.valueOf(row.getField("mesh_version"))),
                        (Integer) row.getField("mesh_partition"),
                        (Long) row.getField("mesh_offset"),
                        file));
        TableFacts latestFacts = facts(contract.name(), contract.name().latestTable());
        List<Ledger.Current> latest = latestFacts.rows(
                seen,
                (row, file) -> new Ledger.Current(
                        TopicReader.key(contract, field -> TableFacts.value(row, field)),
                        rows.ofTable(field -> TableFacts.value(row, field)),
                        Version.parse(String.valueOf(row.getField("mesh_version")))));
        return new Tables(history, historyFacts.snapshots(), latest, latestFacts.snapshots());
    }

    private void judge(Contract contract, Topic read, Tables tables) {
        boolean isDerived = contract.origin() instanceof Contract.Derived;
        List<Event> topic = read.records().stream().map(Headed::event).toList();
        // Behind the last record may stand a transaction's marker, which no table needs to have passed.
        Map<Integer, Long> ends = new TreeMap<>();
        topic.forEach(event -> ends.merge(event.partition(), event.offset() + 1, Math::max));
        Ledger ledger = new Ledger(
                contract.name().toString(),
                isDerived ? asTold(topic) : Alignment.of(read.oplog(), read.records(), read.snapshots()),
                topic,
                false,
                ends,
                read.rejected(),
                tables.history(),
                tables.latest(),
                tables.historySnapshots(),
                tables.latestSnapshots());
        // A derived event's version is its offset, which each partition counts for itself.
        LedgerOracle.check(ledger).stream()
                .filter(finding -> !isDerived || finding.kind() != Finding.Kind.VERSION_SHARED)
                .forEach(finding -> findings.accept(finding.toString()));
    }

    private TableFacts facts(ProductName product, String table) {
        TableFacts facts = new TableFacts(
                product.namespace() + "." + table,
                lakehouse.catalog().loadTable(TableIdentifier.of(product.namespace(), table)),
                findings);
        files.addAndGet(facts.files());
        return facts;
    }

    /** Changes of the oplog, records of the topics and live files that were looked at. */
    String figures() {
        return changes + " changes, " + events + " events, " + files + " files";
    }
}
