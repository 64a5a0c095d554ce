package io.fedmesh.app.internal.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.govern.Permissions.Operation;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Role;
import io.fedmesh.govern.identity.LocalTokens;
import io.fedmesh.govern.identity.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who runs a command. */
class ActingOptionTest {
    private static final Directory DIRECTORY = new Directory(
            List.of(
                    person("u-ada", Set.of("ada"), Set.of(Role.CONSUMER)),
                    person("u-ove", Set.of("ove", "svc-ove"), Set.of(Role.OPERATOR)),
                    person("u-ina", Set.of("ina"), Set.of(Role.AUDITOR)),
                    person("u-bea", Set.of("bea"), Set.of()),
                    person("u-cem", Set.of("cem"), Set.of())),
            List.of(),
            List.of());

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> tokens = new HashMap<>();

    @BeforeEach
    void everybodyHasAToken() throws Exception {
        Random random = new Random(2);
        Map<String, String> hashes = new HashMap<>();
        Files.createDirectory(folder.resolve("people"));
        for (String subject : DIRECTORY.people().keySet()) {
            Token token = LocalTokens.make(random);
            tokens.put(subject, LocalTokens.clear(token));
            hashes.put(subject, LocalTokens.hash(token));
            write(folder.resolve("people").resolve(subject + ".token"), LocalTokens.clear(token) + "\n", "rw-------");
        }
        Files.writeString(folder.resolve("hashes"), LocalTokens.text(hashes));
    }

    @Test
    void whoIsNamedIsProvenByTheTokenThatTheHomeKeeps() throws Exception {
        assertThat(acting("ada", local()).name()).isEqualTo("u-ada");
        assertThat(acting("SVC-OVE", local()).name()).isEqualTo("u-ove");
        assertThat(acting("u-ina", local()).name()).isEqualTo("u-ina");
    }

    @Test
    void aTokenAloneSaysWho() throws Exception {
        environment.put("MESH_TOKEN", token("u-ada"));
        assertThat(acting(null, local()).name()).isEqualTo("u-ada");

        environment.clear();
        Path file = folder.resolve("mine");
        write(file, token("u-ina"), "r--------");
        environment.put("MESH_TOKEN_FILE", file.toString());
        assertThat(acting(null, local()).name()).isEqualTo("u-ina");
        assertThat(acting("ina", local()).name()).isEqualTo("u-ina");
    }

    @Test
    void aNameIsNoProof() throws Exception {
        environment.put("MESH_TOKEN", token("u-ada"));
        assertRefused("ove", local(), "mesh: [--as] 'ove' must be whose token is shown but is not");

        environment.put("MESH_TOKEN", "made-up");
        assertRefused("ove", local(), "mesh: [token] it must be a person's but was nobody's");

        environment.clear();
        MeshConfig.Identity elsewhere =
                new MeshConfig.Identity(new MeshConfig.LocalTokens(folder.resolve("hashes"), null), null);
        assertRefused("ove", elsewhere, "mesh: [MESH_TOKEN_FILE] who acts as 'ove' must show a token but did not");
        assertRefused(null, local(), "mesh: --as must say who acts but was not given");
        assertRefused("eve", local(), "mesh: [people.yaml] 'eve' must be a person but is nobody");
        assertRefused("*", local(), "mesh: [people.yaml] '*' must be a person but is nobody");
        assertRefused(
                "../people/u-ove", local(), "mesh: [people.yaml] '../people/u-ove' must be a person but is nobody");
        assertRefused(
                "ove",
                null,
                "mesh: [identity] the mesh's configuration must say how persons prove who they are but does not");
    }

    @Test
    void ofTwoTokensNobodyKnowsWhichIsMeant() {
        environment.put("MESH_TOKEN", token("u-ada"));
        environment.put("MESH_TOKEN_FILE", folder.resolve("people/u-ove.token").toString());

        assertRefused(null, local(), "mesh: MESH_TOKEN or MESH_TOKEN_FILE must be set but both were");
    }

    @Test
    void aTokenThatOthersMayReadIsNoProof() throws Exception {
        Path file = folder.resolve("people/u-ada.token");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertRefused(
                "ada", local(), "mesh: [" + file + "] a token must be its owner's alone (chmod 600) but was rw-r-----");
    }

    @Test
    void noMessageHoldsAToken() throws Exception {
        for (String shown : List.of(token("u-ada"), token("u-ada") + " ", token("u-ada") + "x")) {
            environment.put("MESH_TOKEN", shown);
            Files.writeString(folder.resolve("hashes"), "");
            CommandException refused = catchThrowableOfType(CommandException.class, () -> acting(null, local()));
            assertThat(refused.getMessage()).startsWith("mesh: [token] ").doesNotContain(token("u-ada"));
        }
    }

    @Test
    void whoseHashesCannotBeReadIsNobody() throws Exception {
        Files.writeString(folder.resolve("hashes"), "u-ada\n");
        assertRefused(
                "ada",
                local(),
                "mesh: [" + folder.resolve("hashes")
                        + "] must hold hashes of tokens but did not: line 1 must be a subject id and a hash, one of at"
                        + " most 100000, but was not");

        Files.delete(folder.resolve("hashes"));
        assertRefused(
                "ada",
                local(),
                "mesh: [" + folder.resolve("hashes")
                        + "] the hashes of tokens must be readable but were not: NoSuchFileException");
    }

    @Test
    void whatARoleMayNotIsRefusedThoughThePersonIsProven() throws Exception {
        Path root = repository();
        ReadingOptions options = new ReadingOptions();
        options.config = config(root);

        assertThat(option("ove").demand(Operation.APPLY, at(root), options).name())
                .isEqualTo("u-ove");
        assertThat(option("ina")
                        .demand(Operation.VERIFY_AUDIT, at(root), options)
                        .name())
                .isEqualTo("u-ina");
        assertThatThrownBy(() -> option("ina").demand(Operation.APPLY, at(root), options))
                .hasMessage("mesh: [u-ina] who may apply must be operator but u-ina is not");
        assertThatThrownBy(() -> option("ove").demand(Operation.READ_AUDIT, at(root), options))
                .hasMessage("mesh: [u-ove] who may read audit must be auditor but u-ove is not");
    }

    @Test
    void thePersonAtTheMachineOperatesItAndAuditsNothing() throws Exception {
        Path root = repository();
        ReadingOptions options = new ReadingOptions();
        options.config = config(root);
        environment.put("USER", "somebody");

        assertThat(option(null).demand(Operation.APPLY, at(root), options).name())
                .isEqualTo("somebody");
        assertThatThrownBy(() -> option(null).demand(Operation.READ_AUDIT, at(root), options))
                .hasMessage("mesh: [--as] who may read audit must be named, [auditor], but nobody was");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apply",
                "rejected replay yard.crate",
                "rejected discard yard.crate --because x",
                "lake upkeep",
                "lake orphans",
                "lake hold yard.crate x",
                "lake release yard.crate x",
                "lake rebuild yard.crate",
                "lake replay yard.crate --from earliest"
            })
    void whatTheOperatorDoesIsRefusedToEverybodyElseBeforeAnythingIsTouched(String command) throws Exception {
        Path root = repository();
        String config = config(root).toString();
        for (String who : List.of("ina", "ada", "bea", "cem")) {
            List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
            arguments.addAll(List.of("--config", config, "--as", who));

            assertThat(run(root, arguments)).as(who).isEqualTo(1);
            assertThat(text(err))
                    .as(who)
                    .matches("mesh: \\[u-" + who + "] who may .* must be operator but u-" + who + " is not\n");
            assertThat(text(out)).isEmpty();
        }
    }

    @Test
    void wherePersonsProveThemselvesElsewhereNobodyIsTheMachinesOperator() throws Exception {
        Path root = repository();
        Path config = Files.writeString(root.resolve("mesh.yaml"), example());

        assertThat(run(root, List.of("apply", "--config", config.toString()))).isEqualTo(2);
        assertThat(text(err)).isEqualTo("mesh: [MESH_TOKEN_FILE] who acts must show a token but did not\n");
    }

    private int run(Path root, List<String> arguments) {
        out.reset();
        err.reset();
        String before = System.getProperty("fedmesh.root", "");
        System.setProperty("fedmesh.root", root.toString());
        try {
            return Cli.run(
                    new Console(
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            false),
                    environment,
                    arguments.toArray(String[]::new));
        } finally {
            System.setProperty("fedmesh.root", before);
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Path repository() throws IOException {
        Path root = Files.createDirectory(folder.resolve("repository"));
        Yard.in(root);
        return root;
    }

    private Path config(Path root) throws IOException {
        String example = example();
        return Files.writeString(
                root.resolve("mesh.yaml"),
                example.substring(0, example.indexOf("\nidentity:")) + "\nidentity:\n  local:\n    hashes: "
                        + folder.resolve("hashes") + "\n    tokens: " + folder.resolve("people") + "\n");
    }

    private io.fedmesh.govern.Principal acting(@Nullable String who, MeshConfig.@Nullable Identity identity)
            throws Exception {
        MeshConfig example = ConfigFile.read(Files.writeString(folder.resolve("mesh.yaml"), example()));
        return option(who)
                .principal(
                        at(folder),
                        new MeshConfig(
                                example.contracts(),
                                example.state(),
                                example.kafka(),
                                example.registry(),
                                example.sources(),
                                example.lake(),
                                example.audit(),
                                example.health(),
                                identity),
                        DIRECTORY);
    }

    private void assertRefused(@Nullable String who, MeshConfig.@Nullable Identity identity, String message) {
        assertThatThrownBy(() -> acting(who, identity))
                .isInstanceOf(CommandException.class)
                .hasMessage(message);
    }

    private MeshConfig.Identity local() {
        return new MeshConfig.Identity(
                new MeshConfig.LocalTokens(folder.resolve("hashes"), folder.resolve("people")), null);
    }

    private static ActingOption option(@Nullable String who) {
        ActingOption option = new ActingOption();
        option.who = who;
        return option;
    }

    private Surroundings at(Path root) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Surroundings(new Console(nowhere, nowhere, false), environment, root);
    }

    private String token(String subject) {
        return requireNonNull(tokens.get(subject));
    }

    private static void write(Path file, String text, String permissions) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static String example() throws IOException {
        try (InputStream in = requireNonNull(MeshConfig.class.getResourceAsStream("mesh.example.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Directory.Person person(String subject, Set<String> aliases, Set<Role> roles) {
        return new Directory.Person(subject, aliases, roles, Set.of(), Set.of());
    }
}
