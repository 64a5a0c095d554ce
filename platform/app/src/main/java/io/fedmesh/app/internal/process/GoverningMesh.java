package io.fedmesh.app.internal.process;

import io.fedmesh.govern.ConsumerGrants;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of a real mesh, read as {@link DesiredState#GOVERNOR}, and its brokers' grants, changed as the operator: who may
 * change grants may do anything, so a lesser principal would be none. What it gives and takes away is recorded as
 * {@link DesiredState#AUDIT}. Connects when it is first asked. One thread.
 */
final class GoverningMesh implements GovernanceComponent.Mesh {
    private static final Logger LOG = LoggerFactory.getLogger(GoverningMesh.class);
    private static final Duration READ_BACK = Duration.ofSeconds(10);
    private static final int ASK_TIMEOUT_MS = 15_000;

    private final Connections connections;
    private final Evidence evidence;
    private final AuditedGrants audited;
    private @Nullable Governance governance;
    private @Nullable Admin admin;

    GoverningMesh(Connections connections) {
        this.connections = connections;
        this.evidence = Evidence.open(connections, "governor");
        this.audited = new AuditedGrants(
                evidence.changes(), why -> LOG.atWarn().log("a closed grant is not recorded: {}", why));
    }

    @Override
    public GovernanceImage image() {
        Governance open = governance;
        if (open == null) {
            open = Governance.open(connections, DesiredState.GOVERNOR);
            governance = open;
        }
        return open.image();
    }

    @Override
    public ProvisioningReport bring(DesiredState.Agreed agreed) {
        return recorded(grants().bring(agreed, audited));
    }

    @Override
    public ProvisioningReport narrow(DesiredState.Agreed agreed) {
        return recorded(grants().narrow(agreed));
    }

    private ProvisioningReport recorded(ProvisioningReport report) {
        audited.closed(report);
        return report;
    }

    private ConsumerGrants grants() {
        Admin open = admin;
        if (open == null) {
            Map<String, Object> properties =
                    connections.kafka(DesiredState.OPERATOR).properties(DesiredState.GOVERNOR);
            properties.put("default.api.timeout.ms", ASK_TIMEOUT_MS);
            properties.put("request.timeout.ms", ASK_TIMEOUT_MS / 2);
            open = Admin.create(properties);
            admin = open;
        }
        return new ConsumerGrants(open, READ_BACK);
    }

    @Override
    public void close() {
        try (evidence) {
            if (governance != null) {
                governance.close();
            }
        } finally {
            if (admin != null) {
                admin.close(Duration.ofSeconds(5));
            }
        }
    }
}
