package io.fedmesh.app.internal.localmesh;

import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.InvalidConfigException;
import io.fedmesh.app.internal.process.AuditedApply;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.app.internal.process.Evidence;
import io.fedmesh.app.internal.process.Governance;
import io.fedmesh.app.internal.process.InstalledDirectory;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.PeopleFile;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.local.LocalMesh;
import io.fedmesh.local.LocalS3;
import io.fedmesh.wire.ConfluentRegistry;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.RegistryConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings parts that have started to where the mesh's processes can run: databases and roles, topics, schemas, principals
 * and grants, the directory of people, what consumers connect with, and the configuration that names them all. Changes
 * nothing where all of it is there.
 */
public final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
    private static final Duration READ_BACK = Duration.ofSeconds(15);
    /** Of the local mesh: fresh enough to watch, and a snapshot holds more than a handful of rows. */
    private static final String COMMIT_INTERVAL = "PT1S";

    private final MeshHome home;
    private final Path root;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** Told what begins. */
    public interface Steps {
        /** @throws InterruptedException to end the preparation before the step */
        void begins(String step) throws InterruptedException;
    }

    /** @param root folder that holds {@code domains/} and {@code schemas/} */
    public Preparation(MeshHome home, Path root, Clock clock) {
        this.home = home;
        this.root = root;
        this.clock = clock;
    }

    /** Prepares the parts of the home and writes its {@link MeshHome#config()}. */
    public void prepare(LocalMesh parts, Contracts contracts, Steps steps)
            throws InvalidContractsException, SQLException, InterruptedException {
        LocalConfig config = new LocalConfig(home, root);
        steps.begins("databases and roles");
        LocalDatabases databases = new LocalDatabases(
                parts.postgres(),
                contracts,
                Supervisor.story().orElse(null),
                name -> home.secret("db." + name, random));
        databases.sources(config);
        LocalS3 s3 = parts.s3();
        config.lake(
                databases.catalogUrl(),
                databases.catalog(),
                "s3://" + s3.bucket() + "/warehouse",
                s3.endpoint().toString(),
                s3.accessKey(),
                s3.secretKey(),
                home.folder(),
                COMMIT_INTERVAL);
        Map<String, String> tokenKeys = new TreeMap<>();
        contracts
                .domains()
                .forEach(domain -> tokenKeys.put(domain.name(), home.secret("tokens." + domain.name(), random)));
        config.tokenKeys(tokenKeys);
        config.audit(home.auditKey(random), home.auditCheckpoints());
        steps.begins("people");
        new LocalPeople(home, random).prepare(PeopleFile.load(root, contracts));
        config.identity();
        steps.begins("topics, schemas, principals, grants");
        ProvisioningReport report = provision(contracts, parts, config);
        config.write();
        if (!report.done().isEmpty()) {
            record(report);
        }
    }

    /** On the record of decisions, which this very step may have made; a mesh that is otherwise ready does not wait for it. */
    private void record(ProvisioningReport report) {
        try (Evidence evidence = Evidence.open(new Connections(ConfigFile.read(home.config()), Map.of()), "up")) {
            AuditedApply.prepared(
                    evidence, report, why -> LOG.atWarn().log("the preparation is not recorded: {}", why));
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProvisioningReport provision(Contracts contracts, LocalMesh parts, LocalConfig config)
            throws InvalidContractsException {
        LocalKafka kafka = parts.kafka();
        Directory directory = PeopleFile.load(root, contracts);
        config.kafka(kafka.bootstrap());
        config.registry(parts.registry().url().toString());
        // Before any grant: somebody whom an agreement serves has a password, whatever it is.
        ConsumerFiles consumers = new ConsumerFiles(
                home, kafka.users(), kafka.bootstrap(), parts.registry().url().toString());
        ConsumerFiles.principals(directory).forEach(consumers::make);
        KafkaConnection operator = new KafkaConnection(kafka.bootstrap(), kafka.security(kafka.operator()));
        DesiredState desired;
        ProvisioningReport report;
        try (Admin admin = Admin.create(operator.properties("supervisor"));
                Governance governance = Governance.ofOperator(admin, operator, clock)) {
            ConfluentRegistry registry =
                    ConfluentRegistry.open(RegistryConfig.of(parts.registry().url()), clock, random);
            Provisioner.Builder provisioner = Provisioner.on(admin, registry, READ_BACK)
                    .scramUsers(kafka::addPrincipal)
                    .published(contracts, governance::image, clock);
            if (!directory.equals(Directory.EMPTY)) {
                provisioner.directory(new InstalledDirectory(governance, directory, InstalledDirectory::firstOperator));
            }
            desired = DesiredState.of(contracts, new ProvisioningSettings((short) 1, 1), governance.agreed());
            report = provisioner.build().apply(desired);
            LOG.atInfo().addKeyValue("report", report.toString()).log("provisioned");
        }
        // A consumer's password is for the consumer alone.
        desired.principals().stream()
                .filter(principal -> !AgreementGrants.owns(principal))
                .forEach(principal -> config.principal(principal, kafka.security(principal)));
        // For the commands that plan and apply, and for who opens and closes grants.
        config.principal(kafka.operator(), kafka.security(kafka.operator()));
        return report;
    }
}
