package io.fedmesh.access.reconcile;

import io.fedmesh.access.FakeTables;
import io.fedmesh.access.Fixtures;
import io.fedmesh.access.TableName;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.TopicName;
import io.fedmesh.wire.Version;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A database with snapshots, and a pipeline behind it, in memory: {@code yard.crate(id, amount, owner)} is captured,
 * {@code harbour.load} doubles its amounts. What was committed is published and in the tables as soon as somebody looks.
 */
final class World implements SourceDatabases, Positions {
    static final ProductName CRATE = ProductName.parse("yard.crate");
    static final ProductName LOAD = ProductName.parse("harbour.load");

    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type":"record","name":"Crate","fields":[{"name":"id","type":"string"},
             {"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal","precision":15,"scale":2}],"default":null},
             {"name":"owner","type":["null","string"],"default":null}]}""");
    private static final org.apache.iceberg.Schema LATEST = new org.apache.iceberg.Schema(
            Types.NestedField.required(1, "id", Types.StringType.get()),
            Types.NestedField.optional(2, "amount", Types.DecimalType.of(15, 2)),
            Types.NestedField.optional(3, "owner", Types.StringType.get()),
            Types.NestedField.required(4, "mesh_version", Types.StringType.get()));
    private static final org.apache.iceberg.Schema HISTORY = new org.apache.iceberg.Schema(
            Types.NestedField.optional(1, "id", Types.StringType.get()),
            Types.NestedField.optional(2, "amount", Types.DecimalType.of(15, 2)),
            Types.NestedField.optional(3, "owner", Types.StringType.get()),
            Types.NestedField.required(4, "mesh_key", Types.StringType.get()),
            Types.NestedField.required(5, "mesh_op", Types.StringType.get()),
            Types.NestedField.required(6, "mesh_version", Types.StringType.get()),
            Types.NestedField.optional(7, "mesh_txid", Types.LongType.get()));

    final FakeTables tables = new FakeTables();
    final Contracts contracts;

    /** Runs right after each snapshot is taken: writes that go on. */
    Runnable afterSnapshot = () -> {};

    /** What goes wrong on the way into the latest table, and into the history. */
    UnaryOperator<List<Event>> faultInLatest = events -> events;

    UnaryOperator<List<Event>> faultInHistory = events -> events;
    /** What becomes of a crate's owner on the way into the tables. */
    UnaryOperator<String> ownerInTables = owner -> owner;
    /** Amounts of the derived product, from those of the source. */
    UnaryOperator<Map<String, BigDecimal>> topology = World::doubled;

    boolean snapshotComplete = true;
    int snapshots;

    private final Source source = new Source(
            "yard", "db", "main", "yard.heartbeat", Source.Truncate.TOMBSTONES, Path.of("sources", "db.yaml"));
    private final List<Transaction> committed = new ArrayList<>();
    private final Set<Transaction> open = new HashSet<>();
    private long next = 4_294_967_200L;
    private long lsn = 1_000;
    private long lastCommit = 1_000;

    /** One change. */
    record Event(String id, @Nullable BigDecimal amount, boolean deleted, Version version, long transaction) {}

    /** One that is running, until it is committed. */
    final class Transaction {
        private final long number = next++;
        private final List<Event> changes = new ArrayList<>();
        private boolean visible;

        Transaction put(String id, @Nullable String amount) {
            changes.add(new Event(
                    id, amount == null ? null : new BigDecimal(amount), false, new Version(0, lsn += 8, 0), number));
            return this;
        }

        Transaction delete(String id) {
            changes.add(new Event(id, null, true, new Version(0, lsn += 8, 0), number));
            return this;
        }

        /** In the log, and published; others do not see it yet. */
        Transaction log() {
            changes.replaceAll(e -> new Event(
                    e.id(),
                    e.amount(),
                    e.deleted(),
                    new Version(lastCommit, e.version().lsn(), 0),
                    number));
            lastCommit = lsn += 8;
            committed.add(this);
            return this;
        }

        /** Others see it. */
        void show() {
            visible = true;
            open.remove(this);
        }

        void commit() {
            log().show();
        }
    }

    World() {
        this(contracts -> contracts);
    }

    /** @param change to the contracts */
    World(UnaryOperator<Contracts> change) {
        Contract crate = Fixtures.contract("yard.crate", SCHEMA);
        Contract load = Fixtures.contract(
                LOAD,
                SCHEMA,
                new TopicName("harbour", TopicName.Visibility.PUBLIC, "load", TopicName.Kind.DERIVED, 1),
                new Contract.Derived("loading", List.of(CRATE), "double"));
        this.contracts = change.apply(new Contracts(
                List.of(Fixtures.domain("yard"), Fixtures.domain("harbour")), List.of(source), List.of(crate, load)));
    }

    Transaction begin() {
        Transaction transaction = new Transaction();
        open.add(transaction);
        return transaction;
    }

    void put(String id, String amount) {
        begin().put(id, amount).commit();
    }

    void delete(String id) {
        begin().delete(id).commit();
    }

    @Override
    public SourceSnapshot open(String connection) {
        String running =
                open.stream().map(t -> Long.toString(t.number)).sorted().collect(Collectors.joining(","));
        VisibleTransactions visible = VisibleTransactions.parse("0:" + next + ":" + running);
        Map<String, Optional<BigDecimal>> state = new LinkedHashMap<>();
        committed.stream()
                .filter(t -> t.visible)
                .flatMap(t -> t.changes.stream())
                .forEach(e -> {
                    state.remove(e.id());
                    if (!e.deleted()) {
                        state.put(e.id(), Optional.ofNullable(e.amount()));
                    }
                });
        long at = lsn;
        snapshots++;
        afterSnapshot.run();
        lastCommit = lsn += 8; // heartbeat
        return new SourceSnapshot() {
            @Override
            public VisibleTransactions visible() {
                return visible;
            }

            @Override
            public long lsn() {
                return at;
            }

            @Override
            public void read(String sql, Schema schema, Consumer<@Nullable Object[]> rows) {
                Map<String, BigDecimal> plain = new TreeMap<>();
                state.forEach((id, amount) -> plain.put(id, amount.orElse(null)));
                Map<String, BigDecimal> answer = sql.equals("double") ? doubled(plain) : plain;
                answer.forEach((id, amount) -> rows.accept(new Object[] {id, amount, owner(id)}));
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Optional<SourcePosition> position(Source of) {
        fill();
        return Optional.of(new SourcePosition(snapshotComplete, lastCommit));
    }

    @Override
    public Map<Integer, Long> end(String topic) {
        return Map.of(0, (long) events().size());
    }

    @Override
    public Map<Integer, Long> committed(String group, String topic) {
        return end(topic);
    }

    @Override
    public Set<String> internalTopics(String applicationId) {
        return Set.of(applicationId + "-x-repartition");
    }

    @Override
    public boolean holdsRecords(String topic, int partition, long from, long to) {
        return true;
    }

    private List<Event> events() {
        return committed.stream().flatMap(t -> t.changes.stream()).toList();
    }

    /** The sink has caught up. */
    private void fill() {
        List<Event> events = events();
        Map<Integer, Long> offsets = Map.of(0, (long) events.size());
        Map<String, Event> newest = new TreeMap<>();
        faultInLatest.apply(events).forEach(e -> newest.put(e.id(), e));
        newest.values().removeIf(Event::deleted);
        tables.put(
                TableName.latest(CRATE),
                LATEST,
                newest.values().stream().map(this::latest).toList(),
                offsets);
        tables.put(
                TableName.history(CRATE),
                HISTORY,
                faultInHistory.apply(events).stream().map(this::history).toList(),
                offsets);
        Map<String, BigDecimal> amounts = new TreeMap<>();
        Map<String, Event> now = new TreeMap<>();
        events.forEach(e -> now.put(e.id(), e));
        now.values().stream().filter(e -> !e.deleted()).forEach(e -> amounts.put(e.id(), e.amount()));
        List<Event> loads = new ArrayList<>();
        topology.apply(amounts)
                .forEach((id, amount) -> loads.add(new Event(id, amount, false, Version.ofOffset(loads.size()), 0)));
        tables.put(
                TableName.latest(LOAD), LATEST, loads.stream().map(this::latest).toList(), offsets);
        tables.put(
                TableName.history(LOAD),
                HISTORY,
                loads.stream().map(this::history).toList(),
                offsets);
    }

    static Map<String, BigDecimal> doubled(Map<String, BigDecimal> amounts) {
        Map<String, BigDecimal> doubled = new TreeMap<>();
        amounts.forEach(
                (id, amount) -> doubled.put(id, amount == null ? null : amount.multiply(BigDecimal.valueOf(2))));
        return doubled;
    }

    /** Who owns a crate, in the source. */
    static String owner(String id) {
        return "owner of " + id;
    }

    private Record latest(Event event) {
        GenericRecord row = GenericRecord.create(LATEST);
        row.setField("id", event.id());
        row.setField("amount", event.amount());
        row.setField("owner", ownerInTables.apply(owner(event.id())));
        row.setField("mesh_version", event.version().hex());
        return row;
    }

    private Record history(Event event) {
        GenericRecord row = GenericRecord.create(HISTORY);
        row.setField("id", event.id());
        row.setField("amount", event.amount());
        row.setField("owner", ownerInTables.apply(owner(event.id())));
        row.setField("mesh_key", event.id());
        row.setField("mesh_op", event.deleted() ? "d" : "u");
        row.setField("mesh_version", event.version().hex());
        row.setField("mesh_txid", event.transaction() & 0xffffffffL);
        return row;
    }
}
