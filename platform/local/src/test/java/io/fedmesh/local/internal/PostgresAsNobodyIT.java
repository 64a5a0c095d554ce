package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way that root takes where user namespaces are forbidden, as in most containers. */
class PostgresAsNobodyIT {
    @TempDir
    Path temp;

    @Test
    void rootRunsPostgresAsNobodyThatPassesOwnerOnlyFolders() throws Exception {
        assumeTrue(Unprivileged.setprivWorks(), "needs root and setpriv");
        Home home = Home.open(temp.resolve("home"), new SecureRandom());

        PostgresProcess process = PostgresProcess.start(
                home,
                "postgres",
                PostgresBinaries.unpacked(home),
                Unprivileged.bySetpriv(),
                "postgres",
                home.secretFile("postgres.admin"));
        try {
            process.awaitReady(() -> Loopback.accepts(process.port()));
            assertThat(Files.getAttribute(Path.of("/proc/" + process.pid()), "unix:uid"))
                    .isEqualTo(65534);
        } finally {
            process.stop();
        }
        assertThat(process.isAlive()).isFalse();
    }
}
