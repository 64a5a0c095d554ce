package io.fedmesh.app.internal.cli;

import io.fedmesh.access.Catalogue;
import io.fedmesh.access.FreshTables;
import io.fedmesh.access.FreshnessReport;
import io.fedmesh.access.KafkaFeed;
import io.fedmesh.access.KafkaTails;
import io.fedmesh.access.LakehouseTables;
import io.fedmesh.access.ProductEvents;
import io.fedmesh.access.ProductTables;
import io.fedmesh.access.QueryEngine;
import io.fedmesh.access.QueryLimits;
import io.fedmesh.access.QueryResult;
import io.fedmesh.access.reconcile.JdbcSources;
import io.fedmesh.access.reconcile.KafkaPositions;
import io.fedmesh.access.reconcile.ReconcileReport;
import io.fedmesh.access.reconcile.ReconcileSettings;
import io.fedmesh.access.reconcile.Reconciler;
import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.InvalidConfigException;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.process.AuditCopy;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.app.internal.process.Evidence;
import io.fedmesh.app.internal.process.Governance;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.LocalAccessPolicy;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.agreement.AgreementAccessPolicy;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.audit.AuditReaders;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.wire.rejected.RejectedRecords;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What commands that read a mesh need: opened when first asked for, closed together. One thread. */
final class Reading implements AutoCloseable {
    private final Contracts contracts;
    private final Connections connections;
    private final Principal operator;
    private final Evidence evidence;
    private final AccessPolicy policy;
    private @Nullable Governance governance;
    private @Nullable Lakehouse lakehouse;
    private @Nullable KafkaPositions positions;

    private Reading(Contracts contracts, Connections connections, Principal operator) {
        this.contracts = contracts;
        this.connections = connections;
        this.operator = operator;
        this.evidence = Evidence.open(connections, "command");
        this.policy = evidence.audited(new AuditReaders(Directory.EMPTY, new LocalAccessPolicy(contracts, operator)));
    }

    /**
     * Reads the configuration; connects to nothing yet.
     *
     * @param operator who asks
     */
    static Reading open(Path config, Contracts contracts, Map<String, String> environment, Principal operator) {
        try {
            MeshConfig read = ConfigFile.read(config);
            return new Reading(contracts, new Connections(read, environment), operator);
        } catch (InvalidConfigException e) {
            throw new CommandException(Cli.FAILED, String.valueOf(e.getMessage()));
        }
    }

    Connections connections() {
        return connections;
    }

    /** The record of what is decided here. */
    Evidence evidence() {
        return evidence;
    }

    /**
     * Who reads, why, and by which policy.
     *
     * @param purpose as the policy is told it
     */
    record Asker(Principal who, String purpose, AccessPolicy policy) {}

    /** The one who runs the mesh. */
    Asker operator(String purpose) {
        return new Asker(operator, purpose, policy);
    }

    /**
     * A person, by agreements: what they and the contract show, and nothing else; an auditor, the record's copy.
     *
     * @param directory who there is
     */
    Asker byAgreement(Principal who, String purpose, Directory directory) {
        Governance open = governance;
        if (open == null) {
            open = Governance.open(connections);
            governance = open;
        }
        AccessPolicy agreements = new AgreementAccessPolicy(contracts, open::image, Clock.systemUTC());
        return new Asker(who, purpose, evidence.audited(new AuditReaders(directory, agreements)));
    }

    /** One SELECT's answer over the tables as the sink left them, to the one who runs the mesh. */
    QueryResult query(String sql) {
        return query(sql, operator("interactive query"));
    }

    /** One SELECT's answer over the tables as the sink left them. */
    QueryResult query(String sql, Asker asker) {
        return query(sql, asker, new LakehouseTables(lakehouse()));
    }

    /** One SELECT's answer over the tables and what stands on their topics behind them. */
    QueryResult queryFresh(String sql, Asker asker) {
        // Who may describe may not read products' topics; the sink may.
        return query(
                sql,
                asker,
                new FreshTables(
                        new LakehouseTables(lakehouse()),
                        contracts,
                        connections.registry(),
                        new KafkaTails(connections.kafka(DesiredState.SINK)),
                        connections.tokenKeys(),
                        FreshTables.Limits.DEFAULT));
    }

    private QueryResult query(String sql, Asker asker, ProductTables tables) {
        try (QueryEngine engine = new QueryEngine(
                contracts,
                Set.of(AuditCopy.TABLE),
                tables,
                asker.policy(),
                connections.tokenKeys(),
                QueryLimits.DEFAULT)) {
            return engine.query(sql, asker.who(), asker.purpose());
        }
    }

    /** The events of products' topics. */
    ProductEvents events(Asker asker) {
        return new ProductEvents(
                contracts,
                connections.registry(),
                asker.policy(),
                KafkaFeed.over(connections.kafka(DesiredState.SINK)),
                connections.tokenKeys(),
                Clock.systemUTC());
    }

    /** How fresh a product's table is. */
    FreshnessReport freshness(ProductName product) {
        return FreshnessReport.of(
                contracts
                        .product(product)
                        .orElseThrow(() -> new CommandException(
                                Cli.FAILED, "mesh: [product] must be one of the mesh but '" + product + "' is not")),
                new LakehouseTables(lakehouse()),
                positions(),
                Clock.systemUTC());
    }

    /** Compares a product with its source. */
    ReconcileReport reconcile(ProductName product) {
        Map<String, JdbcSources.Connector> sources = new HashMap<>();
        connections
                .config()
                .sources()
                .forEach((name, database) -> sources.put(name, () -> {
                    MeshConfig.Login login = database.user(DesiredState.READER);
                    Properties properties = new Properties();
                    database.properties()
                            .forEach((property, value) -> properties.put(property, connections.reveal(value)));
                    properties.put("user", login.user());
                    properties.put("password", connections.reveal(login.password()));
                    properties.put("connectTimeout", "10");
                    return DriverManager.getConnection(database.jdbcUrl(), properties);
                }));
        return new Reconciler(
                        contracts,
                        new JdbcSources(sources),
                        positions(),
                        new LakehouseTables(lakehouse()),
                        policy,
                        connections.tokenKeys(),
                        ReconcileSettings.DEFAULT)
                .reconcile(product, operator);
    }

    /** What the mesh offers, with where topics and tables stand. */
    Catalogue catalogue() {
        return new Catalogue(contracts, positions(), new LakehouseTables(lakehouse()));
    }

    /** The refused records, as the principal that may put them back; the caller closes it. */
    RejectedRecords rejected() {
        return new RejectedRecords(
                contracts, connections.registry(), connections.kafka(DesiredState.REPLAYER), Clock.systemUTC());
    }

    /** Fails unless the operator may read the product, all of it as it stands. */
    void demand(ProductName product, String purpose) {
        Decision decision = policy.decide(operator, product, purpose);
        if (!decision.allowed() || !decision.obligations().areNone()) {
            throw new CommandException(
                    Cli.FAILED,
                    "mesh: [" + product + "] must be allowed for " + operator + " but was denied: "
                            + String.join("; ", decision.reasons()));
        }
    }

    /** The tables themselves: for an operator, not for a reader of products. */
    Lakehouse lakehouse() {
        if (lakehouse == null) {
            lakehouse = connections.lakehouse();
        }
        return lakehouse;
    }

    private KafkaPositions positions() {
        if (positions == null) {
            // Who may describe may not read products' topics; the sink may, and only looks whether a record is there.
            positions =
                    new KafkaPositions(connections.kafka(DesiredState.READER), connections.kafka(DesiredState.SINK));
        }
        return positions;
    }

    @Override
    public void close() {
        try (evidence) {
            if (governance != null) {
                governance.close();
            }
            if (positions != null) {
                positions.close();
            }
            if (lakehouse != null) {
                lakehouse.close();
            }
        }
    }
}
