package io.fedmesh.wire;

import java.net.URI;
import org.junit.jupiter.api.AfterEach;

class RegistryOracleTest extends RegistryOracle {
    private final RegistryServer server = new RegistryServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    protected URI url() {
        return server.url();
    }

    @Override
    protected boolean judges() {
        return false;
    }
}
