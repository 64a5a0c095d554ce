package io.fedmesh.app.internal.localmesh;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.app.internal.config.AuditConfig;
import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.govern.audit.LocalAuditKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalConfigTest {
    @TempDir
    Path folder;

    private MeshHome home;

    @BeforeEach
    void writeIt() {
        home = new MeshHome(folder.resolve("mesh"));
        LocalConfig config = new LocalConfig(home, Path.of("/repository"));
        config.kafka("127.0.0.1:9092");
        config.principal(
                "orders.cdc", Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", "password=\"hunter2\";"));
        config.registry("http://127.0.0.1:8081/apis/ccompat/v7");
        config.source(
                "shop",
                5432,
                "shop",
                Map.of(
                        "orders.cdc", new LocalConfig.Role("mesh_orders_cdc", "hunter3"),
                        "mesh.reader", new LocalConfig.Role("mesh_reader", "hunter4")));
        config.lake(
                "jdbc:postgresql://127.0.0.1:5432/mesh_catalog",
                new LocalConfig.Role("mesh_catalog", "hunter5"),
                "s3://mesh/warehouse",
                "http://127.0.0.1:9000",
                "key",
                "hunter6",
                home.folder(),
                "PT1S");
        config.tokenKeys(Map.of("orders", "hunter7"));
        config.audit(home.auditKey(new SecureRandom()), home.auditCheckpoints());
        config.write();
    }

    @Test
    void theProcessesCanReadIt() throws Exception {
        MeshConfig read = ConfigFile.read(home.config());

        assertThat(read.contracts()).isEqualTo(Path.of("/repository"));
        assertThat(read.kafka().security("orders.cdc", Map.of()))
                .containsOnly(
                        Map.entry("security.protocol", "SASL_SSL"),
                        Map.entry("sasl.jaas.config", "password=\"hunter2\";"));
        MeshConfig.Database shop = requireNonNull(read.sources().get("shop"));
        assertThat(shop.user("orders.cdc").password().reveal(Map.of())).isEqualTo("hunter3");
        assertThat(read.lake().catalog().login().password().reveal(Map.of())).isEqualTo("hunter5");
        assertThat(requireNonNull(read.lake().tokenKeys().get("orders")).reveal(Map.of()))
                .isEqualTo("hunter7");
        assertThat(read.lake().commitInterval()).isEqualTo(Duration.ofSeconds(1));
        AuditConfig audit = requireNonNull(read.audit());
        Path key = requireNonNull(audit.key().file());
        assertThat(LocalAuditKey.publicKey(key))
                .isEqualTo(LocalAuditKey.open(home.auditKey(new SecureRandom())).publicKey());
        assertThat(requireNonNull(audit.checkpoints().folder())).isEqualTo(key.resolveSibling("checkpoints"));
    }

    @Test
    void noSecretLiesInTheYaml() throws Exception {
        assertThat(Files.readString(home.config())).doesNotContain("hunter");
    }

    @Test
    void everythingIsForTheOwnerAlone() throws Exception {
        try (Stream<Path> files = Files.walk(home.folder())) {
            List<String> open = files.filter(file -> !permissions(file).endsWith("------"))
                    .map(Path::toString)
                    .toList();
            assertThat(open).isEmpty();
        }
    }

    @Test
    void aSecretIsMadeOnce() {
        java.util.random.RandomGenerator random = new java.util.Random(1);

        String first = home.secret("db.role", random);

        assertThat(first).hasSize(43);
        assertThat(home.secret("db.role", random)).isEqualTo(first);
        assertThat(home.secret("db.other", random)).isNotEqualTo(first);
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
