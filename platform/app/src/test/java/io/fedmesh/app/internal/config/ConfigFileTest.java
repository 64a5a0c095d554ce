package io.fedmesh.app.internal.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fedmesh.govern.identity.SigningAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFileTest {
    @TempDir
    Path folder;

    @Test
    void theExampleIsValid() throws Exception {
        MeshConfig config = ConfigFile.read(write(example()));

        assertThat(config.contracts()).isEqualTo(Path.of("/opt/fedmesh"));
        assertThat(config.kafka().principals()).containsOnlyKeys("orders.cdc", "orders.stream", "mesh.sink");
        assertThat(requireNonNull(config.sources().get("shop")).jdbcUrl())
                .isEqualTo("jdbc:postgresql://shop-db.example.gov:5432/shop");
        assertThat(requireNonNull(config.sources().get("shop")).pollInterval()).isEqualTo(Duration.ofMillis(10));
        assertThat(config.lake().tokenKeys()).containsOnlyKeys("orders");
        assertThat(config.lake().commitInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.lake().keys().service()).isEqualTo(MeshConfig.KeyService.AWS_KMS);
        assertThat(config.health().port()).isEqualTo(8080);
        assertThat(requireNonNull(requireNonNull(config.identity()).oidc())
                        .settings()
                        .algorithms())
                .containsExactlyInAnyOrder(SigningAlgorithm.ES256, SigningAlgorithm.PS256);
        AuditConfig audit = requireNonNull(config.audit());
        assertThat(audit.key().alias()).isEqualTo("alias/mesh-audit");
        assertThat(audit.checkpoints().lock()).isEqualTo(Duration.ofDays(913));
        assertThat(audit.trusted()).containsEntry("2026", folder.resolve("keys/audit-2026.pem"));
        assertThat(audit.kept()).isEqualTo(Duration.ofDays(913));
    }

    @Test
    void everySettingHasItsExample() {
        String example = example();

        for (String setting : settings(MeshConfig.class)) {
            assertThat(example)
                    .as("mesh.example.yaml shows every setting; add an example of '%s'", setting)
                    .containsPattern("(?m)^[ #]*" + setting + ":");
        }
    }

    @Test
    void aSecretIsReadFromItsFileAndPrintsAsAReference() throws Exception {
        Files.createDirectory(folder.resolve("secrets"));
        Files.writeString(folder.resolve("secrets/registry"), "s3cret\n");

        MeshConfig config = ConfigFile.read(write(example()));

        Secret password = requireNonNull(config.registry().login()).password();
        assertThat(password.reveal(Map.of())).isEqualTo("s3cret");
        assertThat(config.toString())
                .contains("{file: " + folder.resolve("secrets/registry") + "}", "{env: MESH_SINK_JAAS}")
                .doesNotContain("s3cret");
    }

    @Test
    void theSecurityOfAPrincipalIsTheCommonOneAndItsOwn() throws Exception {
        MeshConfig config = ConfigFile.read(write(example()));

        assertThat(config.kafka().security("mesh.sink", Map.of("MESH_SINK_JAAS", "jaas")))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.jaas.config", "jaas");
    }

    @Test
    void aPrincipalThatIsNotListedIsRefused() throws Exception {
        MeshConfig config = ConfigFile.read(write(example()));

        assertThatThrownBy(() -> config.kafka().security("sales.cdc", Map.of()))
                .hasMessage("[kafka.principals] 'sales.cdc' must be listed but is not");
    }

    @Test
    void aSecretThatIsNotSetIsNamed() {
        assertThatThrownBy(() -> new Secret.InEnvironment("NAME").reveal(Map.of()))
                .hasMessage("[environment] 'NAME' must hold a secret but is not set");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeIsRefusedWithFileLineAndRule(String change, String to, String message) throws IOException {
        String example = example();
        assertThat(example).contains(change);
        Path file = write(example.replace(change, to));

        InvalidConfigException refused =
                catchThrowableOfType(InvalidConfigException.class, () -> ConfigFile.read(file));

        assertThat(String.valueOf(refused.getMessage()).replace(folder.toString() + "/", ""))
                .isEqualTo(lines(message, file));
    }

    /** {@code @(text)} stands for the number of the first line that holds the text. */
    private static String lines(String message, Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return Pattern.compile("@\\(([^)]*)\\)").matcher(message).replaceAll(anchor -> {
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains(anchor.group(1))) {
                    return Integer.toString(i + 1);
                }
            }
            throw new AssertionError("no line holds " + anchor.group(1));
        });
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        "  port: 8080",
                        "  port: 80800",
                        "[mesh.yaml:@(  host: 127.0.0.1)] value: health: 'port' must be 0 to 65535 but was 80800"),
                Arguments.of(
                        "  port: 8080",
                        "  port: http",
                        "[mesh.yaml:@(  port: http)] type: 'health.port' must be a whole number but was 'http'"),
                Arguments.of("  port: 8080", "  prot: 8080", """
                        [mesh.yaml:@(  host: 127.0.0.1)] missing-key: 'health.port' must be given but is missing
                        [mesh.yaml:@(  prot:)] unknown-key: 'health.prot' must be one of [host, port] but is not"""),
                Arguments.of(
                        "  port: 8080",
                        "  port: 8080\n  port: 8081",
                        "[mesh.yaml:@(  port: 8081)] duplicate-key: 'health.port' must be given once but was again"),
                Arguments.of(
                        "commitInterval: PT10S",
                        "commitInterval: 10s",
                        "[mesh.yaml:@(commitInterval)] type: 'lake.commitInterval' must be an ISO-8601 duration but was '10s'"),
                Arguments.of(
                        "commitInterval: PT10S",
                        "commitInterval: PT0.01S",
                        "[mesh.yaml:@(  catalog:)] value: lake: 'commitInterval' must be PT0.1S to PT1H but was PT0.01S"),
                Arguments.of(
                        "pollInterval: PT0.01S",
                        "pollInterval: PT0S",
                        "[mesh.yaml:@(    host: shop-db)] value: sources.shop: 'pollInterval' must be PT0.001S to PT1S but was PT0S"),
                Arguments.of(
                        "orders: {file: secrets/tokens-orders}",
                        "orders: hunter2",
                        "[mesh.yaml:@(orders: hunter2)] secret: 'lake.tokenKeys.orders' must be {file: path} or {env: NAME}"
                                + " but was not"),
                Arguments.of(
                        "service: aws-kms\n    region: us-gov-west-1\n    aliasPrefix",
                        "service: none\n    region: us-gov-west-1\n    aliasPrefix",
                        "[mesh.yaml:@(service: none)] type: 'lake.keys.service' must be one of [local, aws-kms] but was 'none'"),
                Arguments.of(
                        "password: {file: secrets/registry}",
                        "password: hunter2",
                        "[mesh.yaml:@(password: hunter2)] secret: 'registry.login.password' must be {file: path} or {env: NAME} but was not"),
                Arguments.of(
                        "sasl.jaas.config: {env: MESH_SINK_JAAS}",
                        "sasl.jaas.config: hunter2",
                        "[mesh.yaml:@(  bootstrap:)] value: kafka: 'principals.mesh.sink.sasl.jaas.config' must be {file: path} or"
                                + " {env: NAME} but was written in the open"),
                Arguments.of(
                        "algorithms: ES256,PS256",
                        "algorithms: ES256,HS256",
                        "[mesh.yaml:@(    issuer:)] value: identity.oidc: 'algorithms' must be some of [RS256, RS384, RS512,"
                                + " PS256, PS384, PS512, ES256, ES384, ES512], joined with commas, but was 'ES256,HS256'"),
                Arguments.of(
                        "keys: https://login.example.gov/mesh/keys",
                        "keys: http://login.example.gov/mesh/keys",
                        "[mesh.yaml:@(    issuer:)] value: identity.oidc: 'keys' must be https://host[:port]/... without user"
                                + " and fragment but was not"),
                Arguments.of(
                        "clockSkew: PT30S",
                        "clockSkew: PT1H",
                        "[mesh.yaml:@(    issuer:)] value: identity.oidc: 'clockSkew' must be PT0S to PT5M but was PT1H"),
                Arguments.of(
                        "    # keysFile: login-keys.json",
                        "    keysFile: login-keys.json",
                        "[mesh.yaml:@(    issuer:)] value: identity.oidc: 'keys' or 'keysFile' must be given but both or none"
                                + " was"),
                Arguments.of(
                        "  # local:\n  #   hashes: identity/token-hashes\n",
                        "  local:\n    hashes: identity/token-hashes\n",
                        "[mesh.yaml:@(  oidc:)] value: identity: 'local' or 'oidc' must be given but both or none was"),
                Arguments.of(
                        "    # folder: audit/checkpoints",
                        "    folder: audit/checkpoints",
                        "[mesh.yaml:@(    bucket: s3://example-audit)] value: audit.checkpoints: 'folder' or 'bucket' must be"
                                + " given, and not both"),
                Arguments.of(
                        "  retention: P913D",
                        "  retention: PT1H",
                        "[mesh.yaml:@(  key:)] value: audit: 'retention' must be PT24H to PT876000H but was PT1H"),
                Arguments.of(
                        "health:\n  host: 127.0.0.1\n  port: 8080\n",
                        "health: [1]\n",
                        "[mesh.yaml:@(health: [1])] type: 'health' must be a mapping but was not"));
    }

    @Test
    void allMistakesAreReportedAtOnce() throws IOException {
        Path file = write(example()
                .replace("port: 5432\n", "port: zero\n")
                .replace("bootstrap: b-1", "bootstrap: /b-1")
                .replaceFirst("service: aws-kms", "service: none"));

        InvalidConfigException refused =
                catchThrowableOfType(InvalidConfigException.class, () -> ConfigFile.read(file));

        assertThat(refused.problems()).extracting("rule").containsExactly("value", "type", "type");
    }

    @Test
    void aMissingFileIsOneProblem() {
        assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yaml")))
                .hasMessage("[" + folder.resolve("none.yaml")
                        + ":1] file: the file must be readable but was not: NoSuchFileException");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("mesh.yaml"), text);
    }

    private static String example() {
        try (InputStream in = requireNonNull(MeshConfig.class.getResourceAsStream("mesh.example.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> settings(Class<?> record) {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            names.add(component.getName());
            Type type = component.getGenericType();
            Type value = type instanceof ParameterizedType map ? map.getActualTypeArguments()[1] : type;
            if (value instanceof Class<?> nested && nested.isRecord()) {
                names.addAll(settings(nested));
            }
        }
        return names;
    }
}
