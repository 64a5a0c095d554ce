package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.lake.KeptTables;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.wire.KafkaConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/** A running mesh as its operator sees it: what should stand now, what does, and the way there. One thread; close it. */
public final class Governed implements AutoCloseable {
    private static final Duration READ_BACK = Duration.ofSeconds(15);
    private static final String MECHANISM = "sasl.mechanism";

    private final Contracts contracts;
    private final ProvisioningSettings settings;
    private final Governance governance;
    private final Admin admin;
    private final Lakehouse lakehouse;
    private final Provisioner provisioner;

    private Governed(
            Contracts contracts,
            ProvisioningSettings settings,
            Governance governance,
            Admin admin,
            Lakehouse lakehouse,
            Provisioner provisioner) {
        this.contracts = contracts;
        this.settings = settings;
        this.governance = governance;
        this.admin = admin;
        this.lakehouse = lakehouse;
        this.provisioner = provisioner;
    }

    /** Whose users are made here. */
    public interface Users {
        /** None: passwords are kept elsewhere. */
        Users ELSEWHERE = new Users() {
            @Override
            public Set<String> others() {
                return Set.of();
            }

            @Override
            public void make(String user, Admin operator) {
                throw new ProvisioningException(
                        "[user " + user
                                + "] must be made where its password is kept: ./mesh up does on this machine, the platform elsewhere");
            }
        };

        /** Who must have a user though it may do nothing yet. */
        Set<String> others();

        /** Makes one, or throws {@link ProvisioningException}. */
        void make(String user, Admin operator);
    }

    /**
     * Connects as the operator.
     *
     * @param users whose users are made here
     * @param directory who there is and what there is to ask for; {@link Directory#EMPTY} leaves the record's as it is
     * @param installer who installs it where it must be
     * @throws IllegalStateException when the configuration does not name the operator
     * @throws InvalidContractsException when the contracts ask for what cannot be
     */
    public static Governed open(
            Connections connections,
            Contracts contracts,
            ProvisioningSettings settings,
            Directory directory,
            InstalledDirectory.Installer installer,
            Users users)
            throws InvalidContractsException {
        DesiredState.of(contracts, settings);
        KafkaConnection operator = connections.kafka(DesiredState.OPERATOR);
        Map<String, Object> properties = operator.properties("governed");
        Lakehouse lakehouse = connections.lakehouse();
        try {
            Admin admin = Admin.create(properties);
            try {
                Governance governance = Governance.ofOperator(admin, operator, Clock.systemUTC());
                Provisioner.Builder builder = Provisioner.on(admin, connections.registry(), READ_BACK)
                        .published(contracts, governance::image, Clock.systemUTC())
                        .tables(new LakeTables(new KeptTables(lakehouse), contracts.products()));
                if (String.valueOf(properties.get(MECHANISM)).startsWith("SCRAM")) {
                    builder.scramUsers(user -> users.make(user, admin), users.others());
                }
                if (!directory.equals(Directory.EMPTY)) {
                    builder.directory(new InstalledDirectory(governance, directory, installer));
                }
                return new Governed(
                        contracts,
                        AuditParts.kept(connections.config(), settings),
                        governance,
                        admin,
                        lakehouse,
                        builder.build());
            } catch (RuntimeException e) {
                admin.close(Duration.ZERO);
                throw e;
            }
        } catch (RuntimeException e) {
            lakehouse.close();
            throw e;
        }
    }

    /** As {@link Provisioner#plan}. */
    public Plan plan() {
        return provisioner.plan(desired());
    }

    /** As {@link Provisioner#apply(DesiredState, Plan, Set)}. */
    public ProvisioningReport apply(Plan agreed, Set<String> allowed) {
        return provisioner.apply(desired(), agreed, allowed);
    }

    /** What should stand by contracts, agreements and clock, at this moment. */
    private DesiredState desired() {
        try {
            return DesiredState.of(contracts, settings, governance.agreed());
        } catch (GovernanceLogException e) {
            throw new ProvisioningException(String.valueOf(e.getMessage()), e);
        } catch (InvalidContractsException e) {
            throw new IllegalStateException("[contracts] what was valid must stay so but is not", e);
        }
    }

    @Override
    public void close() {
        try {
            governance.close();
        } finally {
            try {
                admin.close(Duration.ofSeconds(5));
            } finally {
                lakehouse.close();
            }
        }
    }
}
