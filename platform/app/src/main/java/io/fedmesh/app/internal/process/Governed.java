package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.lake.KeptTables;
import io.fedmesh.lake.Lakehouse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/** A running mesh as its operator sees it: what should stand, what does, and the way there. One thread; close it. */
public final class Governed implements AutoCloseable {
    private static final Duration READ_BACK = Duration.ofSeconds(15);
    private static final String MECHANISM = "sasl.mechanism";

    private final DesiredState desired;
    private final Admin admin;
    private final Lakehouse lakehouse;
    private final Provisioner provisioner;

    private Governed(DesiredState desired, Admin admin, Lakehouse lakehouse, Provisioner provisioner) {
        this.desired = desired;
        this.admin = admin;
        this.lakehouse = lakehouse;
        this.provisioner = provisioner;
    }

    /**
     * Connects as the operator.
     *
     * @throws IllegalStateException when the configuration does not name the operator
     * @throws InvalidContractsException when the contracts ask for what cannot be
     */
    public static Governed open(Connections connections, Contracts contracts, ProvisioningSettings settings)
            throws InvalidContractsException {
        DesiredState desired = DesiredState.of(contracts, settings);
        Map<String, Object> properties =
                connections.kafka(DesiredState.OPERATOR).properties("governed");
        Lakehouse lakehouse = connections.lakehouse();
        try {
            Admin admin = Admin.create(properties);
            Provisioner.Builder builder = Provisioner.on(admin, connections.registry(), READ_BACK)
                    .tables(new LakeTables(new KeptTables(lakehouse), contracts.products()));
            if (String.valueOf(properties.get(MECHANISM)).startsWith("SCRAM")) {
                builder.scramUsers(Governed::refuse);
            }
            return new Governed(desired, admin, lakehouse, builder.build());
        } catch (RuntimeException e) {
            lakehouse.close();
            throw e;
        }
    }

    private static void refuse(String user) {
        throw new ProvisioningException("[user " + user
                + "] must be made where its password is kept: ./mesh up does on this machine, the platform elsewhere");
    }

    /** As {@link Provisioner#plan}. */
    public Plan plan() {
        return provisioner.plan(desired);
    }

    /** As {@link Provisioner#apply(DesiredState, Plan, Set)}. */
    public ProvisioningReport apply(Plan agreed, Set<String> allowed) {
        return provisioner.apply(desired, agreed, allowed);
    }

    @Override
    public void close() {
        try {
            admin.close(Duration.ofSeconds(5));
        } finally {
            lakehouse.close();
        }
    }
}
