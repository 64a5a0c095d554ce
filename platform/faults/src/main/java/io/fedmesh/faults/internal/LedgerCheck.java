package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.faults.internal.Alignment.Headed;
import io.fedmesh.lake.Lakehouse;
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
import java.util.function.Consumer;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Reads the ledger of every product out of the source's own log, the topics and the tables of a mesh at rest, and lets the
 * oracle judge it. A captured product is held against the oplog, a derived one against its topic (whether the topic is
 * right, {@code reconcile} says by SQL).
 */
final class LedgerCheck {
    private final Contracts contracts;
    private final Lakehouse lakehouse;
    private final TopicReader topics;
    private final Consumer<String> findings;
    private long changes;
    private long events;
    private long files;

    LedgerCheck(Contracts contracts, Lakehouse lakehouse, TopicReader topics, Consumer<String> findings) {
        this.contracts = contracts;
        this.lakehouse = lakehouse;
        this.topics = topics;
        this.findings = findings;
    }

    /** @param source the database with the oplog */
    void run(Connection source) throws SQLException {
        Map<String, Set<Long>> snapshots = new HashMap<>();
        Map<Contract, RowText> texts = new LinkedHashMap<>();
        Map<Contract, List<Headed>> records = new LinkedHashMap<>();
        for (Contract contract : contracts.products()) {
            RowText rows = new RowText(
                    contract.schema(),
                    contract.origin() instanceof Contract.Captured ? Oplog.jsonFields(source, contract) : List.of());
            List<Headed> topic = topics.events(contract, rows);
            events += topic.size();
            texts.put(contract, rows);
            records.put(contract, topic);
            snapshots.computeIfAbsent(from(contract), name -> new TreeSet<>()).addAll(Alignment.snapshots(topic));
        }
        for (Contract contract : contracts.products()) {
            RowText rows = Objects.requireNonNull(texts.get(contract));
            List<Headed> topic = Objects.requireNonNull(records.remove(contract));
            List<Event> told = topic.stream().map(Headed::event).toList();
            if (contract.origin() instanceof Contract.Captured) {
                List<Oplog.Change> oplog = Oplog.read(source, contract, rows);
                changes += oplog.size();
                Set<Long> positions = snapshots.getOrDefault(from(contract), Set.of());
                judge(contract, rows, told, Alignment.of(oplog, topic, positions));
            } else {
                judge(contract, rows, told, asTold(told));
            }
        }
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

    private void judge(Contract contract, RowText rows, List<Event> topic, List<Told> told) {
        List<Ledger.Row> history = new ArrayList<>();
        TableFacts historyFacts = facts(contract.name(), contract.name().historyTable());
        historyFacts.rows((row, file) -> history.add(new Ledger.Row(
                String.valueOf(row.getField("mesh_key")),
                "d".equals(row.getField("mesh_op")) ? null : rows.ofTable(field -> TableFacts.value(row, field)),
                Version.parse(String.valueOf(row.getField("mesh_version"))),
                (Integer) row.getField("mesh_partition"),
                (Long) row.getField("mesh_offset"),
                file)));
        List<Ledger.Current> latest = new ArrayList<>();
        TableFacts latestFacts = facts(contract.name(), contract.name().latestTable());
        latestFacts.rows((row, file) -> latest.add(new Ledger.Current(
                TopicReader.key(contract, field -> TableFacts.value(row, field)),
                rows.ofTable(field -> TableFacts.value(row, field)),
                Version.parse(String.valueOf(row.getField("mesh_version"))))));
        // Behind the last record may stand a transaction's marker, which no table needs to have passed.
        Map<Integer, Long> ends = new TreeMap<>();
        topic.forEach(event -> ends.merge(event.partition(), event.offset() + 1, Math::max));
        Ledger ledger = new Ledger(
                contract.name().toString(),
                told,
                topic,
                false,
                ends,
                topics.rejected(contract),
                history,
                latest,
                historyFacts.snapshots(),
                latestFacts.snapshots());
        // A derived event's version is its offset, which each partition counts for itself.
        boolean isDerived = contract.origin() instanceof Contract.Derived;
        LedgerOracle.check(ledger).stream()
                .filter(finding -> !isDerived || finding.kind() != Finding.Kind.VERSION_SHARED)
                .forEach(finding -> findings.accept(finding.toString()));
    }

    private TableFacts facts(ProductName product, String table) {
        TableFacts facts = new TableFacts(
                product.namespace() + "." + table,
                lakehouse.catalog().loadTable(TableIdentifier.of(product.namespace(), table)),
                findings);
        files += facts.files();
        return facts;
    }

    /** Changes of the oplog, records of the topics and live files that were looked at. */
    String figures() {
        return changes + " changes, " + events + " events, " + files + " files";
    }

    long events() {
        return events;
    }
}
